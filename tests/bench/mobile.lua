-- Requests of one measure for wrk: wrk -t THREADS -s mobile.lua URL -- pull|push LIST THREADS
--
-- LIST: one request a line, path, token and (of a push) the section's first result, separated by
-- tabs. A push makes a new batch of ten results each time: new operation ids, the device's counter
-- rising with the clock; the threads share no line, and a line's device comes again only after all
-- others, so that no device pushes twice at once. Prints one line of JSON.

local OPS = 10
local CHECKED = 16 -- of so many push replies one is read to its end
local threads = {}
local mode

local function read_list(path, place, count)
  local lines = {}
  local n = 0
  for line in io.lines(path) do
    if mode == "pull" or n % count == place then
      local target, token, first = line:match("^([^\t]*)\t([^\t]*)\t?([^\t]*)$")
      lines[#lines + 1] = { path = target, first = tonumber(first), headers = {
        Authorization = "Bearer " .. token, ["Content-Type"] = "application/json" } }
    end
    n = n + 1
  end
  return lines
end

function setup(thread)
  thread:set("place", #threads)
  threads[#threads + 1] = thread
end

local lines, at, counter

function init(args)
  local count = tonumber(args[3])
  mode = args[1]
  lines = read_list(args[2], place, count)
  at = mode == "pull" and math.floor(#lines * place / count) or 0
  replies, faults, fault = 0, 0, ""
  local seed = io.open("/dev/urandom", "rb")
  local a, b, c, d = seed:read(4):byte(1, 4)
  seed:close()
  math.randomseed(((a * 256 + b) * 256 + c) * 256 + d)
  counter = os.time() * 1000000
  if mode == "push" then
    response = check
  else
    for _, line in ipairs(lines) do
      line.ready = wrk.format("GET", line.path, line.headers)
    end
  end
end

local function uuid()
  return string.format("%08x-%04x-7%03x-8%03x-%06x%06x", os.time(), math.random(0, 65535),
    math.random(0, 4095), math.random(0, 4095), math.random(0, 16777215), math.random(0, 16777215))
end

local function batch(first)
  local operations = {}
  for i = 1, OPS do
    counter = counter + 1
    operations[i] = string.format('{"id":"%s","counter":%.0f,"entity":"check_result",' ..
      '"entity_id":%.0f,"base_version":0,"fields":{"result_code":"%s","problem":' ..
      '"合成的检查记录，用于性能测量 %.0f"}}', uuid(), counter, first + i - 1, i % 2 == 0 and "1" or "3",
      counter % 1000)
  end
  return '{"operations":[' .. table.concat(operations, ",") .. "]}"
end

function request()
  at = at % #lines + 1
  local line = lines[at]
  return line.ready or wrk.format("POST", line.path, line.headers, batch(line.first))
end

function check(status, _, body)
  local wrong = status ~= 200
  replies = replies + 1
  if not wrong and replies % CHECKED == 0 then
    local _, applied = body:gsub('"outcome":"applied"', "")
    wrong = applied ~= OPS
  end
  if wrong then
    faults = faults + 1
    if fault == "" then fault = status .. " " .. body:sub(1, 300) end
  end
end

function done(summary, latency)
  local wrong, said = 0, ""
  for _, thread in ipairs(threads) do
    wrong = wrong + thread:get("faults")
    if thread:get("fault") ~= "" then said = thread:get("fault") end
  end
  local e = summary.errors
  io.write(string.format('{"requests":%d,"duration_us":%d,"bytes":%d,"p50_us":%d,"p99_us":%d,' ..
    '"faults":%d,"said":"%s"}\n', summary.requests, summary.duration, summary.bytes,
    latency:percentile(50), latency:percentile(99),
    wrong + e.status + e.connect + e.read + e.write + e.timeout, said:gsub('[%c"\\]', "'")))
end

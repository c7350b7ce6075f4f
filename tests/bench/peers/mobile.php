<?php
// The sync API once more in PHP-FPM, as a peer of the bench: what it does and leaves out stands in
// tests/bench/README.md. The connection persists; values are bound by PDO's own preparing, because a
// server-side statement does not outlive the request and would cost a second round trip.
declare(strict_types=1);

const PAGE_ITEMS = 1000;
const PAGE_VISITS = 80; // of one statement: their items fit about one page
const CURSOR_VISITS = 128;

function db(): PDO
{
    return new PDO('mysql:unix_socket=' . getenv('BENCH_SOCKET') . ';dbname=liancha;charset=utf8mb4',
        'liancha_mobile', getenv('BENCH_PASSWORD'), [PDO::ATTR_PERSISTENT => true,
            PDO::ATTR_EMULATE_PREPARES => true, PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
            PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_NUM]);
}

function rows(PDO $db, string $sql, array $values): array
{
    $statement = $db->prepare($sql);
    $statement->execute($values);
    return $statement->fetchAll();
}

function run(PDO $db, string $sql, array $values): void
{
    $db->prepare($sql)->execute($values);
}

function reply(int $status, string $body = ''): void
{
    http_response_code($status);
    header('Content-Type: application/json');
    header('Cache-Control: no-store');
    header('X-Request-Id: ' . $_SERVER['REQUEST_ID']);
    if ($status !== 304) {
        header('Content-Length: ' . strlen($body));
    }
    echo $body;
}

function head(string $of): string
{
    return "COALESCE($of.seq, CAST(0 AS UNSIGNED))";
}

// The device of the token and, in the same statement, the heads of the feeds it follows.
function authenticate(PDO $db): ?array
{
    $token = substr($_SERVER['HTTP_AUTHORIZATION'] ?? '', 7);
    $found = rows($db, 'SELECT d.id, d.inspector_id, i.department_id, e.epoch,'
        . ' ' . head('dict') . ', ' . head('dept') . ', ' . head('own')
        . ' FROM device d JOIN inspector i ON i.id = d.inspector_id JOIN sync_epoch e ON e.id = 1'
        . ' LEFT JOIN feed_head dict ON dict.kind = 4 AND dict.owner_id = 0'
        . ' LEFT JOIN feed_head dept ON dept.kind = 3 AND dept.owner_id = i.department_id'
        . ' LEFT JOIN feed_head own ON own.kind = 1 AND own.owner_id = i.id'
        . " WHERE d.access_hash = ? AND d.state = 'active'"
        . ' AND d.access_expires_at > UTC_TIMESTAMP()',
        [hash('sha256', $token, true)]);
    return $found[0] ?? null;
}

// ---- pull -----------------------------------------------------------------------------------------

function item(array $r): string
{
    return '{"entity":"' . $r[2] . '","id":' . $r[3] . ',"seq":' . $r[1] . ',"version":' . $r[4]
        . ($r[5] ? ',"deleted":true}' : ',"body":' . $r[6] . '}');
}

const ITEM = 'SELECT owner_id, seq, entity, entity_id, version, deleted, body FROM feed_item';

function pull_plain(PDO $db, int $kind, int $owner, int $seq): string
{
    $items = array_map('item', rows($db, ITEM . ' WHERE kind = ? AND owner_id = ? AND seq > ?'
        . ' ORDER BY seq LIMIT ' . PAGE_ITEMS, [$kind, $owner, $seq]));
    return '{"feed":"' . ($kind === 4 ? 'dict' : "dept:$owner") . '","items":['
        . implode(',', $items) . ']}';
}

// Items of several visits, by visit; the key gives them in order without a sort.
function read_visits(PDO $db, array $visits, array $known): array
{
    $ranges = [];
    $values = [];
    foreach ($visits as $id) {
        $ranges[] = '(owner_id = ? AND seq > ?)';
        array_push($values, $id, $known[$id] ?? 0);
    }
    $found = [];
    foreach (rows($db, ITEM . ' WHERE kind = 2 AND (' . implode(' OR ', $ranges)
        . ') ORDER BY owner_id, seq', $values) as $r) {
        $found[$r[0]][] = $r;
    }
    return $found;
}

// Cursor: dict.dept.inspector~visit.seq~…, the visit that changed last in front.
function pull(PDO $db, array $me): void
{
    [, $inspector, $department, $epoch, $dict, $dept, $head] = $me;
    $parts = explode('~', $_GET['cursor'] ?? '0.0.0');
    [$dict_seen, $dept_seen, $seen] = array_map('intval', explode('.', $parts[0]));
    if ($dict_seen === $dict && $dept_seen === $dept && $seen === $head) {
        reply(304);
        return;
    }
    $known = [];
    foreach (array_slice($parts, 1) as $part) {
        [$id, $seq] = explode('.', $part);
        $known[(int) $id] = (int) $seq;
    }
    $feeds = [];
    if ($dict_seen < $dict) {
        $feeds[] = pull_plain($db, 4, 0, $dict_seen);
    }
    if ($dept_seen < $dept) {
        $feeds[] = pull_plain($db, 3, $department, $dept_seen);
    }
    $changes = rows($db, 'SELECT seq, entity_id, deleted FROM feed_item WHERE kind = 1 AND'
        . ' owner_id = ? AND seq > ? ORDER BY seq LIMIT ' . PAGE_VISITS, [$inspector, $seen]);
    $live = array_column(array_filter($changes, fn ($c) => !$c[2]), 1);
    $found = $live ? read_visits($db, $live, $known) : [];
    $left = PAGE_ITEMS;
    $full = count($changes) === PAGE_VISITS;
    foreach ($changes as [$seq, $visit, $removed]) {
        $items = $found[$visit] ?? [];
        if (count($items) > $left) {
            $full = true;
            $items = array_slice($items, 0, $left);
        }
        if ($removed) {
            $feeds[] = "{\"feed\":\"visit:$visit\",\"removed\":true,\"items\":[]}";
        } elseif ($items) {
            $feeds[] = "{\"feed\":\"visit:$visit\",\"items\":["
                . implode(',', array_map('item', $items)) . ']}';
            unset($known[$visit]);
            $known = [$visit => end($items)[1]] + $known;
        }
        if (count($items) < count($found[$visit] ?? [])) {
            break;
        }
        $left -= count($items);
        $seen = $seq;
    }
    $cursor = "$dict.$dept." . ($full ? $seen : $head);
    foreach (array_slice($known, 0, CURSOR_VISITS, true) as $id => $seq) {
        $cursor .= "~$id.$seq";
    }
    reply(200, '{"feeds":[' . implode(',', $feeds) . '],"cursor":"' . $cursor . '","more":'
        . ($full ? 'true' : 'false') . '}');
}

// ---- push -----------------------------------------------------------------------------------------

function places(int $count, string $one): string
{
    return implode(',', array_fill(0, $count, $one));
}

function binary(string $uuid): string
{
    return hex2bin(str_replace('-', '', $uuid));
}

// The records of the operations, locked by their section, with what a feed says of their items.
function read_records(PDO $db, array $ids): array
{
    $sections = rows($db, 'SELECT s.id, s.visit_id, (SELECT GROUP_CONCAT(a.inspector_id) FROM'
        . ' assignment a WHERE a.section_id = s.id) FROM section s WHERE s.id IN (SELECT section_id'
        . ' FROM check_result WHERE id IN (' . places(count($ids), '?') . ")) AND s.state = 'open'"
        . ' ORDER BY s.id FOR UPDATE', $ids);
    $by_id = array_column($sections, null, 0);
    $records = [];
    foreach (rows($db, 'SELECT c.id, c.section_id, c.version, c.field_versions, c.result_code,'
        . ' c.problem, c.disposal, i.id, i.code, i.version, i.specialty, i.name, i.method,'
        . ' i.legal_basis, i.content FROM check_result c JOIN inspection_item i ON i.id = c.item_id'
        . ' WHERE c.id IN (' . places(count($ids), '?') . ')', $ids) as $r) {
        if (isset($by_id[$r[1]])) {
            $records[$r[0]] = [...$r, 'visit' => $by_id[$r[1]][1], 'inspectors' => $by_id[$r[1]][2]];
        }
    }
    return $records;
}

// Three-way by field: what changed since the base by another device stays.
function merge(array &$record, array $op, int $device): string
{
    $versions = $record[3] === '' ? ['0:0', '0:0', '0:0'] : explode(',', $record[3]);
    $outcome = 'applied';
    foreach (['result_code', 'problem', 'disposal'] as $i => $name) {
        if (!array_key_exists($name, $op['fields'])) {
            continue;
        }
        [$version, $writer] = array_map('intval', explode(':', $versions[$i]));
        if ($version > $op['base_version'] && $writer !== $device
            && $record[4 + $i] !== $op['fields'][$name]) {
            $outcome = 'conflict';
            continue;
        }
        $record[4 + $i] = $op['fields'][$name];
        $versions[$i] = ($record[2] + 1) . ":$device";
    }
    $record[2]++;
    $record[3] = implode(',', $versions);
    return $outcome;
}

function body_of(array $r): string
{
    return json_encode(['section_id' => $r[1], 'result_code' => $r[4], 'problem' => $r[5],
        'disposal' => $r[6], 'item' => ['id' => $r[7], 'code' => $r[8], 'version' => $r[9],
            'specialty' => $r[10], 'name' => $r[11], 'method' => $r[12], 'legal_basis' => $r[13],
            'content' => $r[14]]], JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
}

// Raises the heads of the visits and of their inspectors, and writes the items.
function publish(PDO $db, array $records): void
{
    $counts = [];
    $items = [];
    $told = [];
    foreach ($records as $r) {
        $counts["2.{$r['visit']}"] = ($counts["2.{$r['visit']}"] ?? 0) + 1;
        $items[] = [2, $r['visit'], 'check_result', $r[0], $r[2], body_of($r)];
        foreach (explode(',', $r['inspectors']) as $inspector) {
            $told["$inspector.{$r['visit']}"] = [1, (int) $inspector, 'visit', $r['visit'], 0, '{}'];
        }
    }
    foreach ($told as $item) {
        $counts["1.$item[1]"] = ($counts["1.$item[1]"] ?? 0) + 1;
        $items[] = $item;
    }
    ksort($counts, SORT_NATURAL);
    $values = [];
    foreach ($counts as $key => $n) {
        array_push($values, ...[...explode('.', $key), $n]);
    }
    $heads = [];
    foreach (rows($db, 'INSERT INTO feed_head (kind, owner_id, seq) VALUES '
        . places(count($counts), '(?, ?, ?)') . ' ON DUPLICATE KEY UPDATE seq = seq + VALUES(seq)'
        . ' RETURNING kind, owner_id, seq', $values) as [$kind, $owner, $seq]) {
        $heads["$kind.$owner"] = $seq - $counts["$kind.$owner"];
    }
    $values = [];
    foreach ($items as [$kind, $owner, $entity, $id, $version, $body]) {
        array_push($values, $kind, $owner, ++$heads["$kind.$owner"], $entity, $id, $version, $body);
    }
    run($db, 'INSERT INTO feed_item (kind, owner_id, seq, entity, entity_id, version, deleted, body)'
        . ' VALUES ' . places(count($items), '(?, ?, ?, ?, ?, ?, 0, ?)') . ' ON DUPLICATE KEY UPDATE'
        . ' seq = VALUES(seq), version = VALUES(version), body = VALUES(body)', $values);
}

function store(PDO $db, array $records, array $ledger, int $device): void
{
    $values = [];
    foreach ($records as $r) {
        array_push($values, $r[2], $r[3], $r[4], $r[5], $r[6], $r[0]);
    }
    // One statement for all rows: what an INSERT … ON DUPLICATE KEY would do needs a right more.
    $sql = 'UPDATE check_result c JOIN (SELECT ? AS version, ? AS versions, ? AS code, ? AS problem,'
        . ' ? AS disposal, ? AS id' . str_repeat(' UNION ALL SELECT ?, ?, ?, ?, ?, ?',
            count($records) - 1) . ') n ON n.id = c.id SET c.version = n.version,'
        . ' c.field_versions = n.versions, c.result_code = n.code, c.problem = n.problem,'
        . ' c.disposal = n.disposal';
    run($db, $sql, $values);
    $values = [];
    foreach ($ledger as [$op, $hash, $result]) {
        array_push($values, binary($op['id']), $device, $op['counter'], $hash, $result['outcome'],
            json_encode($result));
    }
    run($db, 'INSERT INTO sync_op (op_id, device_id, counter, body_hash, outcome, result, at) VALUES '
        . places(count($ledger), '(?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(3))'), $values);
    run($db, 'UPDATE device SET counter = ? WHERE id = ?',
        [max(array_map(fn ($l) => $l[0]['counter'], $ledger)), $device]);
}

// The ledger first: what is there answers itself.
function push(PDO $db, array $me): void
{
    $device = $me[0];
    $operations = json_decode(file_get_contents('php://input'), true)['operations'];
    $db->beginTransaction();
    rows($db, 'SELECT counter FROM device WHERE id = ? FOR UPDATE', [$device]);
    $known = [];
    foreach (rows($db, 'SELECT op_id, body_hash, result FROM sync_op WHERE op_id IN ('
        . places(count($operations), '?') . ')',
        array_map(fn ($op) => binary($op['id']), $operations)) as $r) {
        $known[$r[0]] = $r;
    }
    $records = read_records($db, array_column($operations, 'entity_id'));
    $outcomes = [];
    $ledger = [];
    $touched = [];
    foreach ($operations as $op) {
        ksort($op);
        $hash = hash('sha256', json_encode($op), true);
        $before = $known[binary($op['id'])] ?? null;
        if ($before) {
            $outcomes[] = $before[1] === $hash
                ? ['id' => $op['id'], 'outcome' => 'duplicate', 'result' => json_decode($before[2])]
                : ['id' => $op['id'], 'outcome' => 'rejected'];
            continue;
        }
        $result = ['id' => $op['id'], 'outcome' => 'rejected'];
        $id = $op['entity_id'];
        if (isset($records[$id])
            && in_array((string) $me[1], explode(',', $records[$id]['inspectors']), true)) {
            $result['outcome'] = merge($records[$id], $op, $device);
            $result['version'] = $records[$id][2];
            $touched[$id] = $records[$id];
        }
        $outcomes[] = $result;
        $ledger[] = [$op, $hash, $result];
    }
    if ($touched) {
        store($db, $touched, $ledger, $device);
        publish($db, $touched);
    }
    $db->commit();
    reply(200, json_encode(['outcomes' => $outcomes]));
}

$db = db();
$me = authenticate($db);
if (!$me) {
    reply(401);
} elseif ($_SERVER['REQUEST_METHOD'] === 'POST') {
    push($db, $me);
} else {
    pull($db, $me);
}

# shellcheck shell=sh disable=SC2034,SC2153,SC2154 # variables are shared
# tests/common.sh - what tests/run and tests/one share: builds, packages of npm, a Liancha of one's
# own. A library: sourced after conf/services.sh, with `work` naming the folder of its data.

export ASAN_OPTIONS=detect_stack_use_after_return=1 UBSAN_OPTIONS=print_stacktrace=1

# configure FOLDER OPTION...: a build below the work folder.
configure() {
    folder=$work/$1
    shift
    cmake -S "$LIANCHA_ROOT" -B "$folder" -G Ninja \
        -DCMAKE_RUNTIME_OUTPUT_DIRECTORY="$folder/bin" -DLIANCHA_WERROR=ON -DLIANCHA_TESTS=ON \
        -DLIANCHA_BENCH=ON "$@"
}

configure_release() {
    configure release -DCMAKE_C_COMPILER=gcc -DCMAKE_BUILD_TYPE=Release
}

configure_sanitize() {
    configure sanitize -DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=Debug -DLIANCHA_SANITIZE=ON \
        -DLIANCHA_FUZZ=ON -DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=lld
}

free_port() {
    node -e 'const s = require("net").createServer();
        s.listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); });'
}

# liancha NAME BUILD: a Liancha of its own, nothing started yet; what it starts ends with this
# shell.
liancha() {
    LIANCHA_VAR=$work/$1
    LIANCHA_BUILD=$work/$2
    LIANCHA_BIN=$LIANCHA_BUILD/bin
    LIANCHA_PORT=$(free_port)
    LIANCHA_PLATFORM_PORT=$(free_port)
    LIANCHA_WORKERS=4
    export LIANCHA_BUILD LIANCHA_PORT LIANCHA_WORKERS
    services_locate
    services_prepare
    services_lock
    trap services_stop EXIT
}

# liancha_empty: makes the one that `liancha` named new, with MariaDB and a schema without data.
liancha_empty() {
    services_fresh
    services_configure
    # shellcheck disable=SC2119 # no options
    service_start_mariadb
    services_migrate
}

# node_tests FILE-OR-FOLDER...
node_tests() {
    tests=$(find "$@" -name '*.test.mjs' -not -path '*/node_modules/*')
    [ -n "$tests" ] || services_fail "no test in $*"
    # shellcheck disable=SC2086 # one word a file
    node --test --test-reporter=spec $tests
}

# The core of the inspector's app, as tests import it, unless it was made from these files already;
# somebody is at work with it perhaps.
app_core() {
    services_packages mobile-api/app
    # shellcheck disable=SC2094 # read by both
    (
        flock 8
        if ! [ -e mobile-api/app/dist-core/core.mjs ] || [ -n "$(find mobile-api/openapi.yaml \
            mobile-api/app/src mobile-api/app/package-lock.json -not -name api.gen.d.ts \
            -newer mobile-api/app/dist-core/core.mjs)" ]; then
            npm run --silent --prefix mobile-api/app core
        fi
    ) 8<mobile-api/app/package.json
}

# inside COMMAND...: runs it and ends; told to end, ends what it has started in this session too.
inside() {
    trap 'trap "" TERM; kill 0; wait; exit 143' TERM
    (
        trap 'exit 143' TERM
        "$@"
    ) &
    wait $!
    exit
}

# shellcheck shell=sh disable=SC2153 # LIANCHA_ROOT is the caller's
# conf/services.sh - the private processes of one Liancha: MariaDB, the simulated credit platform,
# the FastCGI workers, the pusher, nginx. A library: conf/demo, conf/services and tests/run source
# it after setting LIANCHA_ROOT (the checkout) and calling nothing else before services_locate.
#
# Everything lives below LIANCHA_VAR, so several Lianchas run side by side:
#   run/ sockets   pid/ who runs   log/   secret/   mariadb/   platform/
#   evidence/   bundles/   counters/   nginx/   tmp/
#   liancha.ini and mariadb.cnf, written anew at each start
#
# Started by root, nothing that listens for requests runs as root: MariaDB gets an account of its
# own, workers and nginx another. Only the simulated platform runs as whoever started it.

: "${LIANCHA_PORT:=8080}"
: "${LIANCHA_PLATFORM_PORT:=8443}"
: "${LIANCHA_WORKERS:=8}"              # processes of each pool, unless LIANCHA_PLANNER_WORKERS,
#                                        _MOBILE_, _EVIDENCE_ or _PUBLIC_ says how many of that one
: "${LIANCHA_QUEUE:=256}"              # requests that wait for a worker of a pool; more are refused
: "${LIANCHA_ENTRY_RATE:=100r/s}"      # see nginx/liancha-http.conf: one address plays every phone
: "${LIANCHA_NOTICE_RATE:=60r/m}"
: "${LIANCHA_GENERAL_RATE:=100000r/s}"
: "${LIANCHA_COOKIE_SECURE:=no}"     # no TLS here
: "${LIANCHA_LOG_JSON:=no}"           # lines of programs and of nginx are JSON
: "${LIANCHA_IDLE_MINUTES:=720}"      # sessions of an earlier start are taken up again
: "${LIANCHA_SESSIONS:=20}"            # of one account: one plays all that have its duty
: "${LIANCHA_DETACHED:=}"              # not empty: the services outlive the calling script

services_order='mariadb platform planner mobile evidence public watch pushd nginx'

services_fail() {
    echo "${0##*/}: $*" >&2
    exit 1
}

# ---- accounts and places ------------------------------------------------------------------------

# services_as ACCOUNT COMMAND...: the command without any right to become more than ACCOUNT.
services_as() {
    services_account=$1
    shift
    if [ "$services_account" != "$(id -un)" ]; then
        set -- setpriv --reuid "$services_account" --regid "$(id -g "$services_account")" \
            --init-groups --no-new-privs -- "$@"
    fi
    "$@"
}

# Decides LIANCHA_VAR and the accounts, and exports what other programs read from the environment.
services_locate() {
    database_account=$(id -un)
    web_account=$database_account
    if [ "$database_account" = root ]; then
        web_account=www-data
        database_account=nobody
        if id mysql >/dev/null 2>&1; then
            database_account=mysql
        fi
    fi
    if [ -z "${LIANCHA_VAR-}" ]; then
        LIANCHA_VAR=$LIANCHA_ROOT/var
        if ! services_as "$web_account" test -x "$LIANCHA_ROOT"; then
            # As below /root: the workers could not even see their own program there.
            LIANCHA_VAR=/var/lib/liancha-demo/$(printf %s "$LIANCHA_ROOT" | cksum | cut -d' ' -f1)
            echo "account $web_account cannot enter $LIANCHA_ROOT: using $LIANCHA_VAR"
        fi
    fi
    LIANCHA_VAR=${LIANCHA_VAR%/}
    case $LIANCHA_VAR in
    *[!A-Za-z0-9/._+-]*)
        # Five programs' settings carry it, each with special characters of its own; multiwatch
        # takes nothing but ASCII.
        services_fail "LIANCHA_VAR may hold ASCII letters, digits and /._+- only, not:" \
            "$LIANCHA_VAR" ;;
    /*) ;;
    *) services_fail "LIANCHA_VAR must be an absolute path: $LIANCHA_VAR" ;;
    esac
    if [ "$(printf %s "$LIANCHA_VAR/run/evidence.sock" | wc -c)" -gt 107 ]; then
        services_fail "the path of a unix socket ends at 107 bytes, and this is too deep for one:" \
            "$LIANCHA_VAR/run - set LIANCHA_VAR to a shorter path"
    fi
    # The data of an earlier start keeps its owner.
    if [ "$(id -u)" -eq 0 ] && [ -d "$LIANCHA_VAR/mariadb" ]; then
        database_account=$(stat -c %U "$LIANCHA_VAR/mariadb")
    fi
    : "${LIANCHA_BUILD:=$LIANCHA_VAR/build}"
    : "${LIANCHA_BIN:=$LIANCHA_BUILD/bin}"
    LIANCHA_CONFIG=$LIANCHA_VAR/liancha.ini
    LIANCHA_BASE_URL=http://127.0.0.1:$LIANCHA_PORT
    export LIANCHA_VAR LIANCHA_BIN LIANCHA_CONFIG LIANCHA_BASE_URL LIANCHA_PLATFORM_PORT
}

# services_folder PATH MODE ACCOUNT
services_folder() {
    if [ ! -d "$1" ]; then
        mkdir "$1"
        chown "$3:" "$1"
    fi
    chmod "$2" "$1"
}

# Makes LIANCHA_VAR. A folder that holds something else is never taken over.
services_claim() {
    umask 022
    if [ ! -e "$LIANCHA_VAR/.liancha" ]; then
        if [ -n "$(ls -A "$LIANCHA_VAR" 2>/dev/null)" ]; then
            services_fail "$LIANCHA_VAR holds files that are not ours; give LIANCHA_VAR an" \
                "empty or a new folder"
        fi
        mkdir -p "$LIANCHA_VAR"
        echo 'made by conf/services.sh' >"$LIANCHA_VAR/.liancha"
    fi
    if ! [ -O "$LIANCHA_VAR/.liancha" ]; then
        services_fail "$LIANCHA_VAR belongs to another user"
    fi
    chmod 0711 "$LIANCHA_VAR"
    services_as "$web_account" test -x "$LIANCHA_VAR" ||
        services_fail "account $web_account cannot enter $LIANCHA_VAR"
}

services_prepare() {
    services_claim
    services_folder "$LIANCHA_VAR/pid" 0755 "$(id -un)"
    services_folder "$LIANCHA_VAR/log" 0711 "$(id -un)"
    services_folder "$LIANCHA_VAR/secret" 0711 "$(id -un)"
    services_folder "$LIANCHA_VAR/nginx" 0755 "$(id -un)"
    services_folder "$LIANCHA_VAR/platform" 0700 "$(id -un)"
    services_folder "$LIANCHA_VAR/evidence" 0700 "$web_account"
    services_folder "$LIANCHA_VAR/bundles" 0755 "$web_account"
    services_folder "$LIANCHA_VAR/counters" 0755 "$web_account"
    services_folder "$LIANCHA_VAR/tmp" 0700 "$web_account"
    services_folder "$LIANCHA_VAR/mariadb-tmp" 0700 "$database_account"
    # Both accounts make sockets here, neither can remove the other's.
    services_folder "$LIANCHA_VAR/run" 1771 "$database_account"
    chgrp "$(id -g "$web_account")" "$LIANCHA_VAR/run"
}

# One owner at a time, until the calling script ends, however it ends.
services_lock() {
    exec 9>"$LIANCHA_VAR/lock"
    flock -n 9 || services_fail "another conf/demo or conf/services is at work on $LIANCHA_VAR"
}

# Forgets all data, keeps what was built.
services_fresh() {
    services_stop
    find "$LIANCHA_VAR" -mindepth 1 -maxdepth 1 \
        ! -name build ! -name test ! -name .liancha ! -name lock -exec rm -rf {} +
    services_locate # the owner of the data that is gone binds nobody
    services_prepare
}

# ---- one process --------------------------------------------------------------------------------

# A process that lives is known by its start time beside its id, for ids are used again.
service_birth() {
    read -r service_stat <"/proc/$1/stat" || return 0
    # shellcheck disable=SC2086 # words wanted; the name before ") " may hold blanks
    set -- ${service_stat##*) }
    case $1 in
    Z) ;;
    *) echo "${20}" ;;
    esac
} 2>/dev/null

service_alive() {
    [ -e "$LIANCHA_VAR/pid/$1" ] || return 1
    read -r service_pid service_born service_boot <"$LIANCHA_VAR/pid/$1"
    [ "$service_boot" = "$(cat /proc/sys/kernel/random/boot_id)" ] &&
        [ "$(service_birth "$service_pid")" = "$service_born" ]
}

# service_launch NAME ACCOUNT COMMAND...: in the background, in a session of its own (so Ctrl-C at
# the terminal is ours to handle), its output in log/NAME.log.
service_launch() {
    service_name=$1
    service_account=$2
    shift 2
    if [ "$service_account" != "$(id -un)" ]; then
        set -- --reuid "$service_account" --regid "$(id -g "$service_account")" --init-groups \
            -- "$@"
    else
        set -- -- "$@"
    fi
    if [ -z "$LIANCHA_DETACHED" ]; then
        # Nothing outlives this script, not even when it is killed by SIGKILL.
        set -- --pdeathsig TERM "$@"
    fi
    (umask 027 && : >>"$LIANCHA_VAR/log/$service_name.log")
    setsid setpriv --no-new-privs "$@" </dev/null >>"$LIANCHA_VAR/log/$service_name.log" 2>&1 9>&- &
    echo "$! $(service_birth $!) $(cat /proc/sys/kernel/random/boot_id)" \
        >"$LIANCHA_VAR/pid/$service_name"
}

# service_await NAME SECONDS COMMAND...: until the command succeeds; fails at once when NAME ends.
service_await() {
    service_name=$1
    service_deadline=$(($(date +%s) + $2))
    shift 2
    until "$@" >/dev/null 2>&1; do
        if ! service_alive "$service_name" || [ "$(date +%s)" -ge "$service_deadline" ]; then
            tail -n 20 "$LIANCHA_VAR/log/$service_name.log" >&2
            services_fail "$service_name did not start; all of its log:" \
                "$LIANCHA_VAR/log/$service_name.log"
        fi
        sleep 0.1
    done
}

# service_stop NAME: asks, waits, and insists after a minute; leaves nobody of its session behind.
service_stop() {
    [ -e "$LIANCHA_VAR/pid/$1" ] || return 0
    service_signal=TERM
    case $1 in
    nginx) service_signal=QUIT ;; # TERM would cut off the requests in hand
    esac
    if service_alive "$1"; then
        kill -s "$service_signal" "$service_pid"
        service_deadline=$(($(date +%s) + 60))
        while service_alive "$1" && [ "$(date +%s)" -lt "$service_deadline" ]; do
            sleep 0.05
        done
    fi
    # What is left of its session: children of a leader that was killed before it could tell them.
    if [ "$service_boot" = "$(cat /proc/sys/kernel/random/boot_id)" ]; then
        case $(service_birth "$service_pid") in
        '' | "$service_born") kill -s KILL -- "-$service_pid" 2>/dev/null || true ;;
        esac
    fi
    rm -f "$LIANCHA_VAR/pid/$1"
}

# ---- settings -----------------------------------------------------------------------------------

# services_secret NAME ACCOUNT: a file of 64 random hexadecimal characters, made once.
services_secret() {
    [ -s "$LIANCHA_VAR/secret/$1" ] && return
    (
        umask 077
        head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n' >"$LIANCHA_VAR/secret/.new"
        echo >>"$LIANCHA_VAR/secret/.new"
    )
    chown "$2:" "$LIANCHA_VAR/secret/.new"
    mv "$LIANCHA_VAR/secret/.new" "$LIANCHA_VAR/secret/$1"
}

# services_fill TEMPLATE TARGET: a file that differs from the installed one in its places only.
services_fill() {
    services_format=liancha
    [ "$LIANCHA_LOG_JSON" = no ] || services_format=liancha_json
    sed -e "s|/var/lib/liancha/|$LIANCHA_VAR/|g" \
        -e "s|/var/log/nginx/|$LIANCHA_VAR/log/|g" \
        -e "s|@VAR@|$LIANCHA_VAR|g" \
        -e "s|@PORT@|$LIANCHA_PORT|g" \
        -e "s|@LOG@|$services_format|g" \
        -e "s|unix:/run/liancha/|unix:$LIANCHA_VAR/run/|g" \
        -e "s|/usr/share/liancha/|$LIANCHA_VAR/|g" \
        -e "s,\(zone=liancha_\(entry\|objection\):[^ ]* rate=\)[^;]*,\1$LIANCHA_ENTRY_RATE," \
        -e "s,\(zone=liancha_notice:[^ ]* rate=\)[^;]*,\1$LIANCHA_NOTICE_RATE," \
        -e "s|\(zone=liancha_general:[^ ]* rate=\)[^;]*|\1$LIANCHA_GENERAL_RATE|" \
        "$LIANCHA_ROOT/conf/$1" >"$LIANCHA_VAR/$2"
}

# The documented example with the values of this place; a key that it lacks is a fault here.
services_settings() {
    awk '
        NR == FNR { value[$1] = substr($0, index($0, " ") + 1); next }
        /^\[/ { section = substr($0, 2, length($0) - 2) }
        /^[a-z_]+=/ {
            key = section "." substr($0, 1, index($0, "=") - 1)
            if (key in value) { $0 = substr($0, 1, index($0, "=")) value[key]; delete value[key] }
        }
        { print }
        END {
            for (key in value) { print "liancha.ini.example lacks " key > "/dev/stderr"; exit 1 }
        }
        ' - "$LIANCHA_ROOT/conf/liancha.ini.example" >"$LIANCHA_CONFIG" <<END
database.socket $LIANCHA_VAR/run/mariadb.sock
planner.db_password_file $LIANCHA_VAR/secret/planner.password
mobile.db_password_file $LIANCHA_VAR/secret/mobile.password
public.db_password_file $LIANCHA_VAR/secret/public.password
pushd.db_password_file $LIANCHA_VAR/secret/pushd.password
draw.db_password_file $LIANCHA_VAR/secret/draw.password
watch.db_password_file $LIANCHA_VAR/secret/watch.password
admin.db_password_file $LIANCHA_VAR/secret/admin.password
migrate.db_password_file $LIANCHA_VAR/secret/migrate.password
web.base_url $LIANCHA_BASE_URL
web.cookie_secure $LIANCHA_COOKIE_SECURE
planner.audit_key_file $LIANCHA_VAR/secret/planner.audit.key
mobile.audit_key_file $LIANCHA_VAR/secret/mobile.audit.key
pushd.audit_key_file $LIANCHA_VAR/secret/pushd.audit.key
draw.audit_key_file $LIANCHA_VAR/secret/draw.audit.key
admin.audit_key_file $LIANCHA_VAR/secret/admin.audit.key
security.draw_key_file $LIANCHA_VAR/secret/draw.key
security.token_key_file $LIANCHA_VAR/secret/token.key
security.cursor_key_file $LIANCHA_VAR/secret/cursor.key
security.account_key_file $LIANCHA_VAR/secret/account.key
security.person_key_file $LIANCHA_VAR/secret/person.key
security.objection_key_file $LIANCHA_VAR/secret/objection.key
bundle.directory $LIANCHA_VAR/bundles
counters.directory $LIANCHA_VAR/counters
security.idle_minutes $LIANCHA_IDLE_MINUTES
security.sessions_max $LIANCHA_SESSIONS
evidence.directory $LIANCHA_VAR/evidence
log.json $LIANCHA_LOG_JSON
target.henan.url https://127.0.0.1:$LIANCHA_PLATFORM_PORT
target.henan.ca_file $LIANCHA_VAR/secret/credit-ca.pem
target.henan.credential_file $LIANCHA_VAR/secret/credit.credential
beacon.name 演示信标
beacon.certificate_file $LIANCHA_VAR/secret/beacon.pem
beacon.url https://127.0.0.1:$LIANCHA_PLATFORM_PORT/beacon/
beacon.ca_file $LIANCHA_VAR/secret/credit-ca.pem
timestamp.url https://127.0.0.1:$LIANCHA_PLATFORM_PORT/timestamp
timestamp.ca_file $LIANCHA_VAR/secret/credit-ca.pem
timestamp.authority_file $LIANCHA_VAR/secret/timestamp-ca.pem
target.henan.timeout_ms 2000
target.henan.idle_ms 200
END
}

services_configure() {
    for services_program in planner mobile public pushd watch; do
        services_secret $services_program.password "$web_account"
    done
    for services_program in draw admin migrate; do
        services_secret $services_program.password "$(id -un)"
    done
    for services_key in planner.audit mobile.audit pushd.audit draw token cursor account person \
        objection; do
        services_secret $services_key.key "$web_account"
    done
    for services_key in draw.audit admin.audit; do
        services_secret $services_key.key "$(id -un)"
    done
    # No beacon and no authority, until the platform has made them.
    (umask 022 && : >>"$LIANCHA_VAR/secret/beacon.pem" &&
        : >>"$LIANCHA_VAR/secret/timestamp-ca.pem")
    services_settings
    services_fill mariadb/demo.cnf.in mariadb.cnf
    services_fill nginx/demo.conf.in nginx/nginx.conf
    services_fill nginx/liancha-http.conf nginx/liancha-http.conf
    services_fill nginx/liancha.conf nginx/liancha.conf
    services_fill nginx/liancha-watch.conf nginx/liancha-watch.conf
    rm -rf "$LIANCHA_VAR/public"
    mkdir "$LIANCHA_VAR/public"
    if [ -d "$LIANCHA_ROOT/fcgi/public/static" ]; then
        cp -R "$LIANCHA_ROOT/fcgi/public/static" "$LIANCHA_VAR/public/static"
    fi
    for services_pages in console app; do
        rm -rf "${LIANCHA_VAR:?}/$services_pages"
        if [ -d "$LIANCHA_BUILD/$services_pages" ]; then
            cp -R "$LIANCHA_BUILD/$services_pages" "$LIANCHA_VAR/$services_pages"
        fi
    done
}

# ---- pages that are built ------------------------------------------------------------------------

# services_packages FOLDER: what its package-lock.json names, unless it was installed already;
# somebody is at work with it perhaps.
services_packages() {
    # shellcheck disable=SC2094 # read by both
    (
        flock 8
        if [ -z "$(find "$1/node_modules/.package-lock.json" -newer "$1/package-lock.json" \
            2>/dev/null)" ]; then
            npm ci --prefix "$1" --no-audit --no-fund
        fi
    ) 8<"$1/package-lock.json"
}

# services_made NAME FOLDER CONTRACT: builds the pages of FOLDER, which follow CONTRACT, into NAME/
# of LIANCHA_BUILD, unless that was made from the same files.
services_made() {
    services_digest=$(cd "$LIANCHA_ROOT" &&
        find "$2" "$3" \( -name node_modules -o -name dist -o -name dist-core -o -name made -o \
            -name api.gen.d.ts \) -prune -o -type f -exec sha256sum {} + |
        LC_ALL=C sort | sha256sum)
    if [ "$(cat "$LIANCHA_BUILD/$1.made" 2>/dev/null)" = "$services_digest" ]; then
        return
    fi
    rm -f "$LIANCHA_BUILD/$1.made"
    services_packages "$LIANCHA_ROOT/$2" &&
        LIANCHA_PAGES_OUT=$LIANCHA_BUILD/$1 npm run --prefix "$LIANCHA_ROOT/$2" pages &&
        echo "$services_digest" >"$LIANCHA_BUILD/$1.made"
}

# The office's pages and the inspectors' app.
services_pages() {
    services_made console fcgi/console fcgi/planner/openapi.yaml &&
        services_made app mobile-api/app mobile-api/openapi.yaml
}

# ---- the services -------------------------------------------------------------------------------

# Runs the SQL of standard input as the server's administrator: whoever owns this Liancha.
services_sql() {
    mariadb --no-defaults --socket="$LIANCHA_VAR/run/mariadb.sock" --user="$(id -un)"
}

# MariaDB answers.
services_ping() { echo 'DO 0' | services_sql; }

# The database and one account a program. What an account may do is schema/grants.sql, applied by
# `lianchactl migrate`, which may therefore hand on what it has, and see what they hold.
services_accounts() { "$LIANCHA_ROOT/conf/secrets" --sql "$LIANCHA_VAR/secret"; }

# service_start_mariadb [OPTION...]: with options for mariadbd beside its settings.
# shellcheck disable=SC2120 # tests/galera/run passes one
service_start_mariadb() {
    if [ ! -d "$LIANCHA_VAR/mariadb" ]; then
        # Made under another name: a start that is cut off here begins anew the next time. --force
        # spares it the look-up of this machine's name, which nothing here uses.
        rm -rf "$LIANCHA_VAR/mariadb.new"
        services_folder "$LIANCHA_VAR/mariadb.new" 0700 "$database_account"
        services_as "$database_account" mariadb-install-db \
            --defaults-file="$LIANCHA_VAR/mariadb.cnf" --datadir="$LIANCHA_VAR/mariadb.new" \
            --auth-root-authentication-method=socket --auth-root-socket-user="$(id -un)" \
            --skip-test-db --force >"$LIANCHA_VAR/log/mariadb-install.log" 2>&1 ||
            services_fail "mariadb-install-db failed: $LIANCHA_VAR/log/mariadb-install.log"
        mv "$LIANCHA_VAR/mariadb.new" "$LIANCHA_VAR/mariadb"
    fi
    service_launch mariadb "$database_account" \
        mariadbd --defaults-file="$LIANCHA_VAR/mariadb.cnf" "$@"
    service_await mariadb 120 services_ping
    services_accounts | services_sql
}

services_migrate() {
    "$LIANCHA_BIN/lianchactl" --config "$LIANCHA_CONFIG" migrate --schema "$LIANCHA_ROOT/schema" \
        >>"$LIANCHA_VAR/log/migrate.log" 2>&1 ||
        services_fail "lianchactl migrate failed: $(tail -n 3 "$LIANCHA_VAR/log/migrate.log")"
}

service_start_platform() {
    service_launch platform "$(id -un)" node "$LIANCHA_ROOT/tests/support/platform.mjs" \
        --port "$LIANCHA_PLATFORM_PORT" --dir "$LIANCHA_VAR/platform"
    service_await platform 20 curl -sf --noproxy '*' --cacert "$LIANCHA_VAR/platform/ca.pem" \
        "https://127.0.0.1:$LIANCHA_PLATFORM_PORT/_sim/faults"
    # As the operator of a real platform hands them over.
    install -m 0644 "$LIANCHA_VAR/platform/ca.pem" "$LIANCHA_VAR/secret/credit-ca.pem"
    install -m 0600 -o "$web_account" "$LIANCHA_VAR/platform/credential.txt" \
        "$LIANCHA_VAR/secret/credit.credential"
    for services_file in beacon timestamp-ca; do
        install -m 0644 "$LIANCHA_VAR/platform/$services_file.pem" \
            "$LIANCHA_VAR/secret/$services_file.pem"
    done
}

# One listening socket that N workers accept on. A worker that dies is replaced at once; one that
# dies ten times within a second of its start is broken, and its supervisor gives up. Told to end,
# multiwatch sends its children SIGUSR1, which Liancha's programs take as SIGTERM. (Its option for
# another signal sends wrong ones: Debian 12's multiwatch 1.0.0 takes the name's rank for the
# number.) service_start_workers POOL [WORKERS [PROGRAM]]: the program is the pool's, unless it is
# named.
service_start_workers() {
    service_launch "$1" "$web_account" \
        spawn-fcgi -n -s "$LIANCHA_VAR/run/$1.sock" -M 0600 -b "$LIANCHA_QUEUE" -- \
        /usr/bin/multiwatch -f "${2:-$LIANCHA_WORKERS}" -r 10 -t 1000 -- \
        "$LIANCHA_BIN/liancha-${3:-$1}" --config "$LIANCHA_CONFIG"
}

service_start_planner() { service_start_workers planner "${LIANCHA_PLANNER_WORKERS-}"; }
service_start_mobile() { service_start_workers mobile "${LIANCHA_MOBILE_WORKERS-}"; }
service_start_evidence() { service_start_workers evidence "${LIANCHA_EVIDENCE_WORKERS-}" mobile; }
service_start_public() { service_start_workers public "${LIANCHA_PUBLIC_WORKERS-}"; }

service_start_watch() { service_start_workers watch 1; }

service_start_pushd() {
    service_launch pushd "$web_account" /usr/bin/multiwatch -f 1 -r 10 -t 1000 -- \
        "$LIANCHA_BIN/liancha-pushd" --config "$LIANCHA_CONFIG"
}

service_start_nginx() {
    for services_log in nginx-error nginx-access liancha-faults; do
        (umask 027 && : >>"$LIANCHA_VAR/log/$services_log.log")
        chown "$web_account:" "$LIANCHA_VAR/log/$services_log.log"
    done
    rm -f "$LIANCHA_VAR/run/metrics.sock" # of an nginx that was killed
    service_launch nginx "$web_account" nginx -e "$LIANCHA_VAR/log/nginx-error.log" \
        -p "$LIANCHA_VAR/nginx" -c "$LIANCHA_VAR/nginx/nginx.conf"
    service_await nginx 20 services_answer /
}

# services_answer PATH: some worker answered, whatever it said, but nginx did not have to.
services_answer() {
    case $(curl -s --noproxy '*' -o /dev/null -w '%{http_code}' -m 5 "$LIANCHA_BASE_URL$1") in
    000 | 50[234]) return 1 ;;
    esac
}

services_await_workers() {
    service_await planner 60 services_answer /liancha/planner/v1/health
    service_await mobile 60 services_answer /liancha/mobile/v1/health
    service_await evidence 60 services_answer /liancha/mobile/v1/evidence
    service_await public 60 services_answer /liancha/public/
}

# services_free PORT VARIABLE
services_free() {
    case $1 in
    '' | *[!0-9]*) services_fail "$2 is no port: $1" ;;
    esac
    services_rc=0
    curl -s --noproxy '*' -o /dev/null -m 5 "http://127.0.0.1:$1/" || services_rc=$?
    if [ $services_rc -ne 7 ]; then # 7: connection refused
        services_fail "port $1 of 127.0.0.1 is taken; name another in $2"
    fi
}

# ---- all of them --------------------------------------------------------------------------------

# services_start [NAME...]: those named, or everything in its order, with the schema brought up to
# date before any worker looks at it. What an earlier start left behind is stopped first.
services_start() {
    if [ $# -gt 0 ]; then
        for services_name in "$@"; do
            service_stop "$services_name"
            "service_start_$services_name"
        done
        return
    fi
    services_stop
    services_free "$LIANCHA_PORT" LIANCHA_PORT
    services_free "$LIANCHA_PLATFORM_PORT" LIANCHA_PLATFORM_PORT
    services_configure
    # shellcheck disable=SC2119 # no options
    service_start_mariadb
    services_migrate
    for services_name in ${services_order#mariadb }; do
        "service_start_$services_name"
    done
    services_await_workers
}

# services_stop [NAME...]: those named, or everything, the last started first.
services_stop() {
    if [ $# -eq 0 ]; then
        # shellcheck disable=SC2086 # words wanted
        set -- $services_order
    fi
    services_reversed=
    for services_name in "$@"; do
        services_reversed="$services_name $services_reversed"
    done
    for services_name in $services_reversed; do
        service_stop "$services_name"
    done
}

# Prints the names of the services that do not run; fails when all do.
services_dead() {
    services_rc=1
    for services_name in $services_order; do
        if ! service_alive "$services_name"; then
            echo "$services_name"
            services_rc=0
        fi
    done
    return $services_rc
}

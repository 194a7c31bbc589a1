-- Signed Instagram direct messages for wrk: each request has a message id, a signature and a body of its own.
--
-- From the environment:
--   BENCH_SECRET    the app secret that signs
--   BENCH_ACCOUNT   the Instagram account that the messages are for (`entry[].id`)
--   BENCH_MICROS    time of the first message, microseconds since 1970; no two runs may overlap
--   BENCH_THREADS   wrk's threads
--   BENCH_PREPARED  how many requests are made before the clock starts; what goes beyond is made as it is needed
--   BENCH_RATE      requests a second of all threads together, evenly in time; 0 for as many as are answered
--
-- All requests are prepared before the first thread starts, in memory that the threads share. Not in `init`: wrk starts
-- each thread as soon as that thread's `init` ends, and its clock after the last one, so that slow ones would let the
-- first thread work without being timed.

local ffi = require("ffi")
ffi.cdef [[
    typedef struct evp_md_st EVP_MD;
    const EVP_MD *EVP_sha256(void);
    unsigned char *HMAC(const EVP_MD *type, const void *key, int key_length,
                        const unsigned char *data, size_t length, unsigned char *out, unsigned int *out_length);
    int EVP_EncodeBlock(unsigned char *out, const unsigned char *data, int length);
    void *malloc(size_t size);
    typedef struct { long seconds; long nanoseconds; } bench_time;
    int clock_gettime(int clock, bench_time *time);
]]

local function load_crypto()
    for _, name in ipairs({ "libcrypto.so.3", "crypto", "libcrypto.so.1.1" }) do
        local found, library = pcall(ffi.load, name)
        if found then return library end
    end
    error("libcrypto is missing: scripts/install-packages --bench")
end
local crypto = load_crypto()

local BODY_BYTES = 560
local PATIENTS = 2000
local SLOT = 1024 -- a whole request: body, head and room to spare

-- --- One message id -------------------------------------------------------------------------------------------------

local ENCODED = ffi.new("unsigned char[?]", 512)
local ESCAPES = { Z = "ZA", ["+"] = "ZB", ["/"] = "ZC", ["="] = "ZD" }

local function encode(plain)
    local length = crypto.EVP_EncodeBlock(ENCODED, plain, #plain)
    return (ffi.string(ENCODED, length):gsub("[Z+/=]", ESCAPES))
end

-- microseconds * 2^64 in decimal, by limbs of 10^7: an item's high 64 bits are its time, its low 64 bits are 0.
local TWO_64 = { 9551616, 4407370, 184467 }
local LIMB = 10000000
local function item(micros)
    local low = micros % LIMB
    local rest = (micros - low) / LIMB
    local middle = rest % LIMB
    local limbs = { low, middle, (rest - middle) / LIMB }
    local product = { 0, 0, 0, 0, 0, 0 }
    for i = 1, 3 do
        for j = 1, 3 do product[i + j - 1] = product[i + j - 1] + limbs[i] * TWO_64[j] end
    end
    for k = 1, 5 do
        local carry = math.floor(product[k] / LIMB)
        product[k] = product[k] - carry * LIMB
        product[k + 1] = product[k + 1] + carry
    end
    local text = string.format("%.0f%07.0f%07.0f%07.0f%07.0f%07.0f",
        product[6], product[5], product[4], product[3], product[2], product[1])
    return (text:gsub("^0+", ""))
end

-- --- One request ----------------------------------------------------------------------------------------------------

local DIGEST = ffi.new("unsigned char[32]")
local HEX = {}
for byte = 0, 255 do HEX[byte] = string.format("%02x", byte) end

local function signature(secret, body)
    crypto.HMAC(crypto.EVP_sha256(), secret, #secret, body, #body, DIGEST, nil)
    local hex = {}
    for i = 0, 31 do hex[i + 1] = HEX[DIGEST[i]] end
    return table.concat(hex)
end

local FILLER = string.rep("Is there an appointment free on Thursday? ", 12)
local SHAPE = '{"object":"instagram","entry":[{"time":%.0f,"id":"%s","messaging":[{"sender":{"id":"%s"},'
    .. '"recipient":{"id":"%s"},"timestamp":%.0f,"message":{"mid":"%s","text":"%s"}}]}]}'

local function message(account, micros, patient)
    local sender = string.format("1000%012d", patient)
    -- 0xFFFFFFFF00000010_0000xxxxxxxxxxxx: one thread for each patient.
    local thread = string.format("340282366841710301244258176800%09d", 191000000 + patient)
    local mid = encode("ig_dm_item:1:IGMessageID:" .. account .. ":" .. thread .. ":" .. item(micros))
    local milliseconds = math.floor(micros / 1000)
    local bare = string.format(SHAPE, milliseconds + 700, account, sender, account, milliseconds, mid, "")
    local text = FILLER:sub(1, BODY_BYTES - #bare)
    return string.format(SHAPE, milliseconds + 700, account, sender, account, milliseconds, mid, text)
end

local function whole_request(secret, account, micros, patient)
    local body = message(account, micros, patient)
    return table.concat({
        "POST /webhooks/meta HTTP/1.1\r\nHost: ", wrk.headers["Host"] or "127.0.0.1",
        "\r\nContent-Type: application/json\r\nUser-Agent: facebookexternalua\r\nX-Hub-Signature-256: sha256=",
        signature(secret, body), "\r\nContent-Length: ", #body, "\r\n\r\n", body,
    })
end

-- --- What wrk calls -------------------------------------------------------------------------------------------------

local secret, account = os.getenv("BENCH_SECRET"), os.getenv("BENCH_ACCOUNT")
local first, prepared = tonumber(os.getenv("BENCH_MICROS")), tonumber(os.getenv("BENCH_PREPARED"))
local step = tonumber(os.getenv("BENCH_THREADS"))

-- The i-th request of this run.
local function build(i)
    return whole_request(secret, account, first + i, i % PATIENTS)
end

-- Called once for each thread, in a Lua state that all threads share; for the first one before any thread runs.
local threads, slots = {}, nil
function setup(thread)
    if not slots then
        slots = ffi.cast("char *", ffi.C.malloc(prepared * SLOT))
        for i = 0, prepared - 1 do
            local text = build(i)
            local slot = slots + i * SLOT
            ffi.cast("int32_t *", slot)[0] = #text
            ffi.copy(slot + 4, text, #text)
        end
    end
    thread:set("next_request", #threads)
    thread:set("address", tonumber(ffi.cast("intptr_t", slots)))
    threads[#threads + 1] = thread
end

-- From here on in each thread's own state: threads take turns through the slots.
missed = 0
local shared
function init()
    shared = ffi.cast("char *", address)
end

function request()
    local i = next_request
    next_request = i + step
    if i < prepared then
        local slot = shared + i * SLOT
        return ffi.string(slot + 4, ffi.cast("int32_t *", slot)[0])
    end
    missed = missed + 1
    return build(i)
end

-- --- A fixed rate ---------------------------------------------------------------------------------------------------

-- wrk counts from when a request is sent. What was sent later than the rate demands, since every connection was waiting
-- for an answer, is counted here: latencies are true only while there is little of it.
late, latest_ms = 0, 0
if tonumber(os.getenv("BENCH_RATE")) > 0 then
    local TIME, MONOTONIC = ffi.new("bench_time"), 1
    local interval_ms = 1000 * step / tonumber(os.getenv("BENCH_RATE"))
    local due

    -- Milliseconds until the connection that asks may send.
    function delay()
        ffi.C.clock_gettime(MONOTONIC, TIME)
        local now = tonumber(TIME.seconds) * 1000 + tonumber(TIME.nanoseconds) / 1e6
        due = due and due + interval_ms or now
        local wait = due - now
        if wait < -5 then
            late = late + 1
            latest_ms = math.max(latest_ms, -wait)
        end
        return math.max(0, math.floor(wait + 0.5))
    end
end

function done(summary, latency)
    local unprepared, late, latest = 0, 0, 0
    for _, thread in ipairs(threads) do
        unprepared = unprepared + (thread:get("missed") or 0)
        late = late + (thread:get("late") or 0)
        latest = math.max(latest, thread:get("latest_ms") or 0)
    end
    local errors = summary.errors
    io.write(string.format(
        'RESULT {"requests":%d,"microseconds":%d,"p50_us":%d,"p99_us":%d,"max_us":%d,"not_2xx":%d,"socket_errors":%d,'
            .. '"unprepared":%d,"late":%d,"latest_ms":%d}\n',
        summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency.max,
        errors.status, errors.connect + errors.read + errors.write + errors.timeout, unprepared,
        late, latest))
end

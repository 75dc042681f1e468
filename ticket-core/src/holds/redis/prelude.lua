-- Shared by every script. All keys of a performance are in one slot; the first four are always the same.
--
--   KEYS[1] hold     hash: user, seats (ids joined by commas), expires, cap
--   KEYS[2] user     sorted set: seats that the user holds, by their expiry
--   KEYS[3] claims   sorted set: all held seats, by their expiry; seat maps are drawn from it
--   KEYS[4] version  another text after every change; seat maps look at it first
--   KEYS[5..]        one string per seat: "<token>|<user>|<expires>|<cap>"
--
--   ARGV[1] token  ARGV[2] user  ARGV[3] now  ARGV[4] how long keys are kept after now; from 5 on what each script says,
--   and the seats, in the order of their keys, at the end.
--
-- Instants are milliseconds since 1970 by the clock of the caller. A claim past its expiry counts for nothing, whether or
-- not Redis has dropped its key yet.
--
-- A Redis that is out of memory refuses a write that needs some, but only as the first write of a script: later ones pass,
-- so that none is broken off half-way. So scripts that claim first check without writing, and then begin with
-- `mark_changed`; those that let go begin with DEL, which is never refused.

local token, user, now, kept = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
local seat_count = #KEYS - 4
local before_seats = #ARGV - seat_count

local function int(number) return string.format('%d', number) end
local function key_of(i) return KEYS[4 + i] end
local function seat_at(i) return ARGV[before_seats + i] end

-- Whose living claim is on a seat: token, user, expires, cap; nothing when it is free.
local function claim_on(key)
  local value = redis.call('GET', key)
  if not value then return nil end
  local t, u, e, c = string.match(value, '^(%x+)|(%d+)|(%d+)|(%d+)$')
  if not t or tonumber(e) <= now then return nil end
  return t, u, tonumber(e), tonumber(c)
end

-- Sets the claim on the i-th seat.
local function claim(i, expires, cap)
  local value = token .. '|' .. user .. '|' .. int(expires) .. '|' .. int(cap)
  redis.call('SET', key_of(i), value, 'PX', int(expires - now))
  redis.call('ZADD', KEYS[2], int(expires), seat_at(i))
  redis.call('ZADD', KEYS[3], int(expires), seat_at(i))
end

-- Frees the i-th seat, unless another hold has it by now.
local function let_go(i)
  if claim_on(key_of(i)) ~= token then return end
  redis.call('DEL', key_of(i))
  redis.call('ZREM', KEYS[2], seat_at(i))
  redis.call('ZREM', KEYS[3], seat_at(i))
end

-- Keeps the hold itself, and gives every key its end: none sooner than that of a hold that it tells of.
local function keep(seats, expires, cap)
  redis.call('HSET', KEYS[1], 'user', user, 'seats', seats, 'expires', int(expires), 'cap', int(cap))
  local life = math.max(tonumber(kept), cap - now, expires - now)
  for i = 1, 3 do
    if redis.call('PTTL', KEYS[i]) < life then redis.call('PEXPIRE', KEYS[i], int(life)) end
  end
end

-- Its first write needs memory.
local function mark_changed()
  -- Counted, because one hold may change twice in a millisecond; with token and time, because the count begins anew when
  -- Redis has forgotten it.
  local count = tonumber(string.match(redis.call('GET', KEYS[4]) or '', '^%d+')) or 0
  redis.call('SET', KEYS[4], int(count + 1) .. '.' .. token .. '.' .. int(now), 'PX', kept)
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', int(now))
  redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', int(now))
end

-- The seats that the user holds, in all of his holds.
local function seats_held()
  return redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. int(now), '+inf')
end

-- The hold, if it lives, is the caller's own, and has just the seats that the caller believes: expires and cap.
-- Otherwise nothing, and the answer to give.
local function own_hold(believed)
  local found = redis.call('HMGET', KEYS[1], 'user', 'seats', 'expires', 'cap')
  local expires, cap = tonumber(found[3] or ''), tonumber(found[4] or '')
  if not expires or not cap or found[1] ~= user then return nil, {'NOT_FOUND'} end
  if expires <= now then return nil, {'EXPIRED'} end
  if found[2] ~= believed then return nil, {'CHANGED'} end
  return expires, cap
end

-- How many seats the user would have: those he holds but those `without`, and those named from `first` to `last` in ARGV.
local function seats_of_user(first, last, without)
  local set, size = {}, 0
  for _, seat in ipairs(seats_held()) do set[seat] = true end
  for seat in pairs(without) do set[seat] = nil end
  for i = first, last do
    if not without[ARGV[i]] then set[ARGV[i]] = true end
  end
  for _ in pairs(set) do size = size + 1 end
  return size
end

-- The answer to a claim: the hold, all seats that the user holds, and the holds from which seats were taken over, each as
-- "<token>|<expires>|<cap>|<seats>".
local function held(seats, expires, cap, former)
  local answer = {'HELD', seats, int(expires), int(cap), table.concat(seats_held(), ',')}
  for t, hold in pairs(former) do
    answer[#answer + 1] = table.concat({t, int(hold.expires), int(hold.cap), table.concat(hold.seats, ',')}, '|')
  end
  return answer
end

-- The other holds of the user that have the seats from the i-th to the last-th now, by token.
local function other_holds(i, last)
  local holds = {}
  for n = i, last do
    local t, _, expires, cap = claim_on(key_of(n))
    if t and t ~= token then
      holds[t] = holds[t] or {expires = expires, cap = cap, seats = {}}
      table.insert(holds[t].seats, seat_at(n))
    end
  end
  return holds
end

-- The sooner ends: a seat that moves over from another hold brings its clock along, so that holding again wins no time.
local function sooner(expires, cap, former)
  for _, hold in pairs(former) do
    expires, cap = math.min(expires, hold.expires), math.min(cap, hold.cap)
  end
  return expires, cap
end

-- Which of the seats from the i-th to the last-th somebody else holds.
local function taken_from(i, last)
  local taken = {'TAKEN'}
  for n = i, last do
    local _, owner = claim_on(key_of(n))
    if owner and owner ~= user then taken[#taken + 1] = seat_at(n) end
  end
  return taken
end

local function join(i)
  local seats = {}
  for n = i, seat_count do seats[#seats + 1] = seat_at(n) end
  return table.concat(seats, ',')
end

-- Claims every seat, or none. ARGV[5] expires  ARGV[6] cap  ARGV[7] limit  ARGV[8] 'hold', or 'sale' when the seats
-- are sold at once: then no map shows the claim, and none has to be drawn anew for it, unless a seat comes from a hold that
-- it does show; or 'blind', a sale before which nobody has looked: it takes no seat from another hold  ARGV[9..] seats that the user has booked, then the seats.
local known = redis.call('HMGET', KEYS[1], 'user', 'seats', 'expires', 'cap')
if known[1] then
  -- The same token again: a retry after a lost reply.
  if known[1] ~= user then return {'NOT_FOUND'} end
  if tonumber(known[3]) <= now then return {'EXPIRED'} end
  return {'HELD', known[2], known[3], known[4], told_held()}
end

local taken = taken_from(1, seat_count)
if #taken > 1 then return taken end
if seats_of_user(9, #ARGV, {}) > tonumber(ARGV[7]) then return {'LIMIT'} end

local expires, cap, unseen = tonumber(ARGV[5]), tonumber(ARGV[6]), ARGV[8] ~= 'hold'
for i = 1, seat_count do
  local _, owner, former_expires, former_cap = claim_on(key_of(i))
  if owner then
    if ARGV[8] == 'blind' then return {'CHANGED'} end
    -- Moves over from another hold of the user, and brings its clock along: holding again wins no time.
    expires, cap = math.min(expires, former_expires), math.min(cap, former_cap)
    unseen = false
  end
end
for i = 1, seat_count do claim(i, expires, cap) end
keep(join(1), expires, cap, unseen)
return {'HELD', join(1), int(expires), int(cap), told_held()}

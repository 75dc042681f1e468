-- Claims every seat, or none. ARGV[5] expires  ARGV[6] cap  ARGV[7] limit  ARGV[8] 'hold'; or 'sale' when the seats are sold
-- at once: then no map shows the claim, unless a seat comes from a hold that one does show; or 'blind', a sale before which
-- nobody has looked: it takes no seat from another hold  ARGV[9..] seats that the user has booked or been offered, then
-- the seats.
local known = redis.call('HMGET', KEYS[1], 'user', 'seats', 'expires', 'cap')
if known[1] then
  -- The same token again: a retry after a lost reply.
  if known[1] ~= user then return {'NOT_FOUND'} end
  if tonumber(known[3]) <= now then return {'EXPIRED'} end
  return held(known[2], tonumber(known[3]), tonumber(known[4]), {})
end

local taken = taken_from(1, seat_count)
if #taken > 1 then return taken end
if seats_of_user(9, #ARGV, {}) > tonumber(ARGV[7]) then return {'LIMIT'} end

local former = other_holds(1, seat_count)
-- No map need show a sale at once, unless it takes seats from a hold that one does show.
local unseen = ARGV[8] ~= 'hold' and not next(former)
if ARGV[8] == 'blind' and next(former) then return {'CHANGED'} end
local expires, cap = sooner(tonumber(ARGV[5]), tonumber(ARGV[6]), former)
if not unseen then mark_changed() end
for i = 1, seat_count do claim(i, expires, cap) end
keep(join(1), expires, cap, unseen)
return held(join(1), expires, cap, former)

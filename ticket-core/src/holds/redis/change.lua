-- Drops and adds seats, all or nothing; the clock stays. ARGV[5] the seats of the hold as the caller believes
-- ARGV[6] limit  ARGV[7] how many of the seats are dropped: they come first, then those that are to be in the hold
-- afterwards  ARGV[8..] seats that the user has booked, then the seats.
local expires, cap = own_hold(ARGV[5])
if not expires then return cap end
local dropped = tonumber(ARGV[7])
local gone = {}
for i = 1, dropped do
  if claim_on(key_of(i)) ~= token then return {'TAKEN', seat_at(i)} end
  gone[seat_at(i)] = true
end
local taken = taken_from(dropped + 1)
if #taken > 1 then return taken end
if seats_of_user(8, gone) > tonumber(ARGV[6]) then return {'LIMIT'} end

for i = 1, dropped do let_go(i) end
for i = dropped + 1, seat_count do claim(i, expires, cap) end
keep(join(dropped + 1), expires, cap)
mark_changed()
return {'HELD', join(dropped + 1), int(expires), int(cap), held_by_user()}

-- Drops and adds seats, all or nothing; what is not in the hold any more need not be dropped. The clock stays, unless a
-- seat comes from another hold of the user that ends sooner. ARGV[5] the seats of the hold as the caller believes
-- ARGV[6] limit  ARGV[7] how many of the seats are dropped: they come first  ARGV[8] how many are to be in the hold
-- afterwards: they come next, and then the believed ones, of which those that are neither stay where they are
-- ARGV[9..] seats that the user has booked or been offered, then the seats.
local expires, cap = own_hold(ARGV[5])
if not expires then return cap end
local dropped = tonumber(ARGV[7])
local wanted = dropped + tonumber(ARGV[8])
local named = {}
for i = 1, dropped do named[seat_at(i)] = true end
local taken = taken_from(dropped + 1, wanted)
if #taken > 1 then return taken end
if seats_of_user(9, before_seats + wanted, named) > tonumber(ARGV[6]) then return {'LIMIT'} end

mark_changed()
for i = 1, dropped do let_go(i) end
local former = other_holds(dropped + 1, wanted)
expires, cap = sooner(expires, cap, former)
local seats = {}
for i = dropped + 1, wanted do
  seats[#seats + 1] = i
  named[seat_at(i)] = true
end
for i = wanted + 1, seat_count do
  if not named[seat_at(i)] and claim_on(key_of(i)) == token then seats[#seats + 1] = i end
end
for n, i in ipairs(seats) do
  claim(i, expires, cap)
  seats[n] = seat_at(i)
end
keep(table.concat(seats, ','), expires, cap)
return held(table.concat(seats, ','), expires, cap, former)

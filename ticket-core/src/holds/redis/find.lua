-- The hold with the seats that are still its own. ARGV[5] its seats as the caller believes.
local expires, cap = own_hold(ARGV[5])
if not expires then return cap end
local own = {}
for i = 1, seat_count do
  if claim_on(key_of(i)) == token then own[#own + 1] = seat_at(i) end
end
if #own == 0 then return {'NOT_FOUND'} end
return {'HELD', table.concat(own, ','), int(expires), int(cap)}

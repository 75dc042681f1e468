-- The hold with the seats that are still its own.
local seats, expires, cap = own_hold()
if not seats then return expires end
local own = {}
for i = 1, seat_count do
  if claim_on(KEYS[4 + i]) == token then own[#own + 1] = seat_at(i) end
end
if #own == 0 then return {'NOT_FOUND'} end
return {'HELD', table.concat(own, ','), int(expires), int(cap)}

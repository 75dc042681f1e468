-- Moves the end of a hold to ARGV[6], never nearer. ARGV[5] its seats as the caller believes. With ARGV[7] 'capped' the cap
-- binds (extending), with 'pinned' it does not (while the database commits).
local expires, cap = own_hold(ARGV[5])
if not expires then return cap end
local wanted = tonumber(ARGV[6])
if ARGV[7] == 'capped' then wanted = math.min(wanted, cap) end
expires = math.max(expires, wanted)
local own = {}
for i = 1, seat_count do
  if claim_on(key_of(i)) == token then own[#own + 1] = i end
end
if #own == 0 then return {'NOT_FOUND'} end
mark_changed()
for n, i in ipairs(own) do
  claim(i, expires, cap)
  own[n] = seat_at(i)
end
keep(table.concat(own, ','), expires, cap)
return {'HELD', table.concat(own, ','), int(expires), int(cap)}

-- Moves the end of a hold to ARGV[5], never nearer. ARGV[6] is 1 when the cap binds (extending), 0 when it does not
-- (pinning, while the database commits).
local seats, expires, cap = own_hold()
if not seats then return expires end
local wanted = tonumber(ARGV[5])
if ARGV[6] == '1' then wanted = math.min(wanted, cap) end
expires = math.max(expires, wanted)
local own = {}
for i = 1, seat_count do
  if claim_on(KEYS[4 + i]) == token then
    claim(KEYS[4 + i], seat_at(i), expires, cap)
    own[#own + 1] = seat_at(i)
  end
end
if #own == 0 then return {'NOT_FOUND'} end
local joined = table.concat(own, ',')
redis.call('ZREM', KEYS[3], member(seats))
keep(joined, expires, cap)
tell(joined, expires)
return {'HELD', joined, int(expires), int(cap)}

-- Deletes KEYS[1] if it is still as it was found. ARGV[1] its DUMP then
if redis.call('DUMP', KEYS[1]) ~= ARGV[1] then return {'CHANGED'} end
redis.call('DEL', KEYS[1])
return {'GONE'}

-- Joins dates as a visitor without an account does: every request a new person, spread over the dates given.
-- The first line of the arguments' file is the address part of the form, the others are dates to choose from.
local dates, token, pressing = {}, string.rep("a", 32), nil
not_joined = 0

function setup(thread) pressing = thread end

function init(arguments)
  math.randomseed(os.time() + os.clock() * 1000000)
  for line in io.lines(arguments[1]) do dates[#dates + 1] = line end
end

local function uuid()
  return (string.gsub("xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx", "x", function()
    return string.format("%x", math.random(0, 15))
  end))
end

function request()
  local path, date = string.match(dates[math.random(#dates)], "^(%S+) (%S+)$")
  local who = math.random(1000000000)
  local body = "csrfmiddlewaretoken=" .. token .. "&token=" .. uuid() .. "&date=" .. date ..
    "&name=Buur" .. who .. "&email=buur" .. who .. "%40voorbeeld.nl&companions=0"
  return wrk.format("POST", path, {
    ["Content-Type"] = "application/x-www-form-urlencoded",
    ["Cookie"] = "csrftoken=" .. token,
    ["X-Forwarded-For"] = string.format("10.%d.%d.%d", math.random(0, 255), math.random(0, 255), math.random(1, 254)),
  }, body)
end

-- Who joined is sent on to their own page; any other answer is a sign-up that was not made.
function response(status)
  if status ~= 302 then not_joined = not_joined + 1 end
end

function done() print("Not accepted: " .. pressing:get("not_joined")) end

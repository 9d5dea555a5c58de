-- What of the language and its libraries has to come out alike, printed.
print("bits", 5 & 3, 5 | 3, 5 ~ 3, ~5, 1 << 10, 1024 >> 3, -1 >> 60, 1 << 64, 1 << 63 >> 63)
print("idiv", 7 // 2, -7 // 2, 7 // -2, 7 % -3, -7 % 3, 2^10 // 3 | 0)
print("prec", 1 | 2 & 3 ~ 1, 1 + 2 << 3, "a" .. 1 + 2, not nil == true, -2 ^ 2 | 0, 2 * 3 & 4)
local h = 2166136261
for c in ("hello world"):gmatch(".") do h = ((h ~ c:byte()) * 16777619) & 0xffffffff end
print("fnv", h, string.format("%08x", h))
local djb = 5381
for c in ("some longer text to hash"):gmatch(".") do djb = (djb * 33 + c:byte()) & 0xffffffff end
print("djb", djb)
print("shifts", 0xff << 8 | 0xff, (0xdeadbeef >> 16) & 0xffff, 0x7fffffff + 1)
do
  local i = 1
  ::top::
  if i <= 3 then io.write("goto ", i, " ") i = i + 1 goto top end
  print()
end
for i = 1, 3 do
  for j = 1, 3 do
    if j == 2 then goto continue end
    io.write(i, ",", j, " ")
    ::continue::
  end
end
print()
print("escapes", "\x41\65\u{48}\u{20AC}\z
       joined", 'a\
b', [[
long]], [==[a]]b]==], #"\0x", "tab\tq\"")
print("format", string.format("%5d|%-5d|%05d|%x|%X|%c|%q|%s|%10.3s|%%", 42, 42, 42, 255, 255, 65, 'a"b\n', "s", "abcdef"))
print("format", string.format("%.2f|%e|%g|%g|%i", 3.14159, 12345.678, 0.1, 1e20, 7))
print("tostring", tostring(12), tostring(-0x10), tostring(nil), tostring(true), 1e3 | 0, tostring("x"))
print("tonumber", tonumber("0x1F"), tonumber("  12  "), tonumber("1e2") | 0, tonumber("ff", 16), tonumber("zz", 36), tonumber("8", 8), tonumber("abc"), tonumber(""), tonumber("010"))
print("math", math.type(1), math.type(1.5), math.type("1"), math.tointeger(3.5), math.maxinteger // math.maxinteger, math.ult(1, -1), math.floor(3.7), math.ceil(3.2), math.max(1, 5, 3), math.huge, -math.huge)
print("table", table.unpack({1, 2, 3})) print(table.concat({1, 2, 3}, "-"), #table.pack(1, nil, 3), table.pack(1, nil, 3).n, select("#", nil, nil), select(2, "a", "b", "c"))
local t = {5, 2, 8, 1}
table.sort(t) print("sort", table.concat(t, " ")) table.sort(t, function(a, b) return a > b end) print(table.concat(t, " "))
table.insert(t, 9) table.insert(t, 1, 0) print(table.remove(t), table.remove(t, 1), table.concat(t, " "), table.concat(table.move({1, 2, 3}, 1, 3, 2), " "))
print("strings", ("x"):rep(3, "-"), ("hello"):sub(-3), ("hello"):upper(), ("a,b,c"):gsub(",", ";"), ("hello"):find("l"), ("hello"):match("(h)(.)"), ("%d"):gsub("%%", "!"))
print(("key = value"):match("^(%w+)%s*=%s*(%w+)$"), ("2026-11-28"):match("(%d+)-(%d+)-(%d+)"), ("abc"):byte(1, -1))
print(("hello world"):gsub("o", {o = "0"}), ("abc"):gsub("%w", "%0%0"), ("abc"):gsub("", "-"), ("hello"):gsub("l+", function(s) return #s end), ("f(a(b)c)d"):match("%b()"), ("THE (quick) fox"):find("%((%a+)%)"))
for k, v in ("a=1, b=2"):gmatch("(%w+)=(%w+)") do io.write(k, v, ";") end print()
print("frontier", ("THE (quick) fox"):gsub("%f[%a]%a+", string.lower))
print("pack", string.pack(">I2", 258):byte(1, -1)) print(string.unpack("<i4", "\255\255\255\255"), string.packsize("<i4i8"), string.unpack("z", "abc\0def"), string.unpack(">s2", "\0\3xyz"))
print("utf8", utf8.char(72, 228, 8364), utf8.len("häß"), utf8.codepoint("€", 1), utf8.offset("aäb", 3)) for p, c in utf8.codes("aä€") do io.write(p, "=", c, " ") end print()
local mt = {__index = function(_, k) return k .. "!" end, __call = function(_, a) return "called " .. a end, __len = function() return 42 end,
  __add = function(a, b) return "added" end, __eq = function() return true end, __lt = function() return true end, __concat = function(a, b) return "cat" end,
  __tostring = function() return "obj" end, __idiv = function() return "idiv" end, __band = function() return "band" end, __bnot = function() return "bnot" end, __unm = function() return "unm" end}
local o = setmetatable({}, mt)
print("meta", o.foo, o(1), #o, o + 1, o == setmetatable({}, mt), o < o, o .. "x", tostring(o), o // 1, o & 1, ~o, -o, rawlen({1, 2}), rawequal(o, o), rawget(o, "foo"))
print("pairs", (function() local n = 0 for _ in pairs(setmetatable({}, {__pairs = function() return function(_, k) if not k then return 1, 2 end end, {}, nil end})) do n = n + 1 end return n end)())
local co = coroutine.create(function(a, b) local c = coroutine.yield(a + b) local d, e = coroutine.yield(c * 2) return d + e end)
print("co", coroutine.resume(co, 1, 2)) print(coroutine.resume(co, 10)) print(coroutine.resume(co, 3, 4)) print(coroutine.resume(co)) print(coroutine.status(co))
local gen = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end)
print("wrap", gen(), gen(), gen()) print(pcall(coroutine.wrap(function() error("inside") end))) print(coroutine.isyieldable(), select(2, coroutine.running()))
print("pcall", pcall(error, "x", 0)) print(pcall(function() error("pos") end)) print(select("#", pcall(error)))
print(xpcall(function() error("boom") end, function(m) return "handled: " .. m end))
print("load", load("return 1 + 1")(), load("syntax error here")) print(load("return x", "chunk", "t", {x = 5})())
local function va(...) local a, b = ... return select("#", ...), a, b, ... end print("va", va(1, nil, 3)) print((va(1, 2)))
local function fact(n) if n <= 1 then return 1 end return n * fact(n - 1) end print("fact", fact(15))
local f = function() return f end print("scope", f())
local up = {} for i = 1, 3 do up[i] = function() i = i + 1 return i end end print("closures", up[1](), up[1](), up[2](), up[3]())
print("while", (function() local n = 0 while true do n = n + 1 if n > 5 then break end end repeat local z = n n = n - 1 until z < 3 return n end)())
for i = 10, 1, -3 do io.write(i, " ") end for i = 1, 0 do io.write("never") end print()
print("and", nil and 1, false or "x", 1 and 2, nil == false, 10 .. 20)
print("cmp", 1 < 2, "a" < "b", "Z" < "a", 1 == 1.0, "1" == 1, not not nil)
print("len", #"abc", #{1, 2, 3, nil}, #{n = 1})
print("next", next({}), type(next), next({10}))
print("os", type(os.time()), os.date("!%Y-%m-%d %H:%M:%S", 0), os.time({year = 2020, month = 1, day = 1, hour = 12}) > 0, os.getenv("NO_SUCH_VAR"), type(os.clock()))
print("sel", select(-1, 1, 2, 3))
print("deep", (function(n) local function g(i) if i == 0 then return 0 end return 1 + g(i - 1) end return g(n) end)(5000))
print("tail", (function(n) local function g(i) if i == 0 then return "done" end return g(i - 1) end return g(n) end)(100000))
print("rec", (select(1, pcall(function() local function g() return 1 + g() end return g() end))))
print("bit32", bit32 and bit32.band(0xff, 0x0f), bit32 and bit32.bxor(1, 3), bit32 and bit32.lshift(1, 4), bit32 and bit32.bnot(0))
print("require", pcall(require, "no.such.module") == false, package.config:sub(1, 1), type(package.path), package.loaded.string == string)
print(core.tokenize("a,b;c", ",;")[2], #core.tokenize("a,,b", ",", true), core.http_date("Sun, 06 Nov 1994 08:49:37 GMT"), core.match_addr(core.parse_addr("127.0.0.1/32"), core.parse_addr("127.0.0.0/8")))
local _, re = Regex.new("(a+)(b)?", true) print(re:exec("xaay"), (re:match("caab"))) local _, l = re:match("caab") print(table.concat(l, "|"))
print(core.emerg, core.debug, act.DENY, act.CONTINUE, core.thread, Map._ip, Map.str)

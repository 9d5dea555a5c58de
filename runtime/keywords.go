package runtime

// Each of these packages registers keywords.
import (
	_ "gohap/runtime/action"
	_ "gohap/runtime/converter"
	_ "gohap/runtime/fetch"
	_ "gohap/runtime/logtag"
	_ "gohap/runtime/match"
	_ "gohap/runtime/section/bind"
	_ "gohap/runtime/section/global"
	_ "gohap/runtime/section/logforward"
	_ "gohap/runtime/section/mailers"
	_ "gohap/runtime/section/peers"
	_ "gohap/runtime/section/program"
	_ "gohap/runtime/section/proxy"
	_ "gohap/runtime/section/server"
	_ "gohap/runtime/section/userlist"
)

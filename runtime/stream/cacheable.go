package stream

import (
	"bytes"

	"gohap/runtime/http"
)

// cacheable reports whether a cache between the client and us may keep a
// response, and whether it may keep its cookies too: what "cookie nocache"
// prevents and "option checkcache" forbids (4.2). A response counts that may be
// kept by its method, status and Cache-Control, and that says how long it is fresh
// or how to ask again.
func cacheable(req *http.Request, res *http.Response) (response, cookies bool) {
	if response, cookies = storable(req, res); !response {
		return false, false
	}
	if !res.Has("expires") && !res.Has("last-modified") && !res.Has("etag") && !tellsAge(res) {
		return false, false
	}
	return response, cookies
}

// storable is cacheable for those responses that tell how long they are fresh.
func storable(req *http.Request, res *http.Response) (response, cookies bool) {
	response = safeMethod(req.MethodID) && cacheableStatus(res.Status)
	cookies = response
	for it := res.Values("pragma"); it.Next(); {
		if bytes.EqualFold(it.Value(), noCache) {
			return false, false
		}
	}
	for it := res.Values("cache-control"); it.Next(); {
		switch v := it.Value(); {
		case isFold(v, "private"), isFold(v, "no-cache"), isFold(v, "no-store"), isFold(v, "max-age=0"), isFold(v, "s-maxage=0"):
			response, cookies = false, false // unless a "public" follows
		case isFold(v, "public"):
			response, cookies = true, true
		case isFold(v, `no-cache="set-cookie"`), beginsFold(v, `no-cache="set-cookie,`):
			cookies = false
		}
	}
	return response, cookies
}

// isFold reports whether v is a lower case text but for case.
func isFold(v []byte, text string) bool { return len(v) == len(text) && beginsFold(v, text) }

func safeMethod(m http.Method) bool {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return true
	}
	return false
}

func cacheableStatus(status int) bool {
	switch status {
	case 200, 203, 204, 206, 300, 301, 404, 405, 410, 414, 501:
		return true
	}
	return false
}

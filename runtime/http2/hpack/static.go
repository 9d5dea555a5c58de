package hpack

// static is the static table (RFC 7541, appendix A); its first entry has the
// index 1.
var static = [...]struct{ name, value string }{
	{":authority", ""},
	{":method", "GET"},
	{":method", "POST"},
	{":path", "/"},
	{":path", "/index.html"},
	{":scheme", "http"},
	{":scheme", "https"},
	{":status", "200"},
	{":status", "204"},
	{":status", "206"},
	{":status", "304"},
	{":status", "400"},
	{":status", "404"},
	{":status", "500"},
	{"accept-charset", ""},
	{"accept-encoding", "gzip, deflate"},
	{"accept-language", ""},
	{"accept-ranges", ""},
	{"accept", ""},
	{"access-control-allow-origin", ""},
	{"age", ""},
	{"allow", ""},
	{"authorization", ""},
	{"cache-control", ""},
	{"content-disposition", ""},
	{"content-encoding", ""},
	{"content-language", ""},
	{"content-length", ""},
	{"content-location", ""},
	{"content-range", ""},
	{"content-type", ""},
	{"cookie", ""},
	{"date", ""},
	{"etag", ""},
	{"expect", ""},
	{"expires", ""},
	{"from", ""},
	{"host", ""},
	{"if-match", ""},
	{"if-modified-since", ""},
	{"if-none-match", ""},
	{"if-range", ""},
	{"if-unmodified-since", ""},
	{"last-modified", ""},
	{"link", ""},
	{"location", ""},
	{"max-forwards", ""},
	{"proxy-authenticate", ""},
	{"proxy-authorization", ""},
	{"range", ""},
	{"referer", ""},
	{"refresh", ""},
	{"retry-after", ""},
	{"server", ""},
	{"set-cookie", ""},
	{"strict-transport-security", ""},
	{"transfer-encoding", ""},
	{"user-agent", ""},
	{"vary", ""},
	{"via", ""},
	{"www-authenticate", ""},
}

// Static is how many entries the static table has.
const Static = len(static)

// fixed are the fields of the static table.
var fixed [Static + 1]Field

func init() {
	for i := range static {
		e := &static[i]
		id := i + 1
		for j := range i {
			if static[j].name == e.name {
				id = j + 1
				break
			}
		}
		fixed[i+1] = Field{Name: []byte(e.name), Value: []byte(e.value), ID: id, FixedName: true, FixedValue: true}
	}
}

// slots finds names by their hash: each has the index of a name's first entry, or
// 0, and what does not find its slot free has the next free one.
var slots [256]uint8

func init() {
	for i := range static {
		if id := i + 1; fixed[id].ID == id {
			h := hash(fixed[id].Name)
			for slots[h] != 0 {
				h++
			}
			slots[h] = uint8(id)
		}
	}
}

func hash(name []byte) uint8 {
	n := len(name)
	return uint8(n)*31 + name[0]*7 + name[n/2]*3 + name[n-1]
}

// ID is the index of the first entry of the static table that has the name, 0 for
// none.
func ID(name []byte) int {
	if len(name) == 0 {
		return 0
	}
	for h := hash(name); slots[h] != 0; h++ {
		if id := slots[h]; string(fixed[id].Name) == string(name) {
			return int(id)
		}
	}
	return 0
}

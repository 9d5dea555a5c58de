package api

import (
	"encoding/binary"

	"gohap/runtime/conn"
	"gohap/runtime/registry"
)

func init() {
	Commands.Add(&Command{
		Keyword: registry.Keyword{Name: "show cache", Manual: "9.3", Doc: "list the caches, and what is stored in each"},
		Level:   lowest, Run: (*Call).showCache,
	})
}

// showCache lists the entries of all caches. Addresses are those of the memory that
// they lie in.
func (c *Call) showCache() {
	now := conn.Wall().Unix()
	for _, k := range c.process.Graph().Caches {
		all, available := k.Entries(now)
		c.Printf("%#x: %s (shctx:%#x, available blocks:%d)\n", k.Address(), k.Name, k.Address(), available)
		for i := range all {
			e := &all[i]
			var vary [8]byte
			binary.LittleEndian.PutUint32(vary[:], uint32(e.Key.Encodings))
			binary.LittleEndian.PutUint32(vary[4:], e.Key.Referer)
			c.Printf("%#x hash:%d vary:0x%x size:%d (%d blocks), refcount:%d, expire:%d\n",
				e.Address, e.Hash, vary, e.Size, e.Blocks, e.Refs, e.Expire)
		}
	}
}

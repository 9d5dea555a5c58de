package json

import (
	"bytes"
	_ "embed"
	"encoding/json"
)

//go:embed schema.json
var schemaText []byte

// AppendSchema appends the JSON schema of what this package writes, in one
// line: "show schema json" and ";json-schema" on the page.
func AppendSchema(b []byte) []byte {
	w := bytes.NewBuffer(b)
	if err := json.Compact(w, schemaText); err != nil {
		panic(err) // the embedded file is not JSON, which the tests rule out
	}
	return w.Bytes()
}

package hpack

// What is appended depends on no table, so that it can be prepared before it is
// known on which connection it goes: literals without indexing and without
// Huffman codes. A name of the static table takes one or two bytes.

// appendInt appends an integer with a prefix of the given number of bits (RFC
// 7541, section 5.1).
func appendInt(dst []byte, first byte, bits uint, n int) []byte {
	limit := 1<<bits - 1
	if n < limit {
		return append(dst, first|byte(n))
	}
	dst = append(dst, first|byte(limit))
	for n -= limit; n >= 0x80; n >>= 7 {
		dst = append(dst, byte(n)|0x80)
	}
	return append(dst, byte(n))
}

// appendString appends a string literal.
func appendString(dst, s []byte) []byte {
	return append(appendInt(dst, 0, 7, len(s)), s...)
}

// AppendField appends a field.
func AppendField(dst, name, value []byte) []byte {
	if i := ID(name); i > 0 {
		return AppendNamed(dst, i, value)
	}
	return appendString(appendString(append(dst, 0), name), value)
}

// AppendNamed appends a field whose name is that of entry id of the static table.
func AppendNamed(dst []byte, id int, value []byte) []byte {
	return appendString(appendInt(dst, 0, 4, id), value)
}

// AppendIndexed appends entry id of the static table.
func AppendIndexed(dst []byte, id int) []byte { return append(dst, 0x80|byte(id)) }

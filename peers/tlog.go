// Checks jobs, one JSON object a line on stdin, with golang.org/x/mod/sumdb/tlog; prints "true" or "false" for each.
package main

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type job struct {
	Kind, Note, Dir, Origin string
	Ecdsa, Ed25519          []byte
	Size, Old, Index        int64
	Root, OldRoot, Record   []byte
	Hashes                  [][]byte
}

type verifier struct {
	name string
	hash uint32
	ok   func(msg, sig []byte) bool
}

func (v verifier) Name() string                { return v.name }
func (v verifier) KeyHash() uint32             { return v.hash }
func (v verifier) Verify(msg, sig []byte) bool { return v.ok(msg, sig) }

func verifiers(j job) []note.Verifier {
	ec, err := x509.ParsePKIXPublicKey(j.Ecdsa)
	if err != nil {
		panic(err)
	}
	ed, err := x509.ParsePKIXPublicKey(j.Ed25519)
	if err != nil {
		panic(err)
	}
	ecHash := sha256.Sum256(j.Ecdsa)
	edHash := sha256.Sum256(append([]byte(j.Origin+"\n\x01"), ed.(ed25519.PublicKey)...))
	return []note.Verifier{
		verifier{j.Origin, binary.BigEndian.Uint32(ecHash[:]), func(msg, sig []byte) bool {
			digest := sha256.Sum256(msg)
			return ecdsa.VerifyASN1(ec.(*ecdsa.PublicKey), digest[:], sig)
		}},
		verifier{j.Origin, binary.BigEndian.Uint32(edHash[:]), func(msg, sig []byte) bool {
			return ed25519.Verify(ed.(ed25519.PublicKey), msg, sig)
		}},
	}
}

// Both signatures, and nothing that this package would ignore.
func checkNote(j job) bool {
	n, err := note.Open([]byte(j.Note), note.VerifierList(verifiers(j)...))
	if err != nil || len(n.Sigs) != 2 || len(n.UnverifiedSigs) != 0 {
		return false
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 4 || lines[0] != j.Origin || lines[1] != fmt.Sprint(j.Size) {
		return false
	}
	return lines[2] == base64.StdEncoding.EncodeToString(j.Root)
}

type tiles struct{ dir string }

func (t tiles) Height() int                             { return 8 }
func (t tiles) SaveTiles(tiles []tlog.Tile, d [][]byte) {}
func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range wanted {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(t.dir, path))
		if err != nil {
			full := tile
			full.W = 256
			data, err = os.ReadFile(filepath.Join(t.dir, strings.Replace(full.Path(), "tile/8/", "tile/", 1)))
			if err != nil {
				return nil, err
			}
			data = data[:tile.W*32]
		}
		all = append(all, data)
	}
	return all, nil
}

// Every entry of every bundle is hashed and looked up through the tiles, which lead to the root.
func checkTiles(j job) bool {
	tree := tlog.Tree{N: j.Size, Hash: hash(j.Root)}
	reader := tlog.TileHashReader(tree, tiles{j.Dir})
	for at := int64(0); at < j.Size; {
		width := j.Size - at
		if width > 256 {
			width = 256
		}
		tile := tlog.Tile{H: 8, L: 0, N: at / 256, W: int(width)}
		path := strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1)
		bundle, err := os.ReadFile(filepath.Join(j.Dir, path))
		if err != nil {
			return false
		}
		var indexes []int64
		var expected []tlog.Hash
		for len(bundle) > 0 {
			if len(bundle) < 2 {
				return false
			}
			length := int(bundle[0])<<8 | int(bundle[1])
			if len(bundle) < 2+length {
				return false
			}
			indexes = append(indexes, tlog.StoredHashIndex(0, at))
			expected = append(expected, tlog.RecordHash(bundle[2:2+length]))
			bundle = bundle[2+length:]
			at++
		}
		found, err := reader.ReadHashes(indexes)
		if err != nil || int64(len(indexes)) != width {
			return false
		}
		for i := range found {
			if found[i] != expected[i] {
				return false
			}
		}
	}
	root, err := tlog.TreeHash(j.Size, reader)
	return err == nil && root == tree.Hash
}

func hash(b []byte) (h tlog.Hash) {
	copy(h[:], b)
	return h
}

func hashes(all [][]byte) []tlog.Hash {
	var list []tlog.Hash
	for _, one := range all {
		list = append(list, hash(one))
	}
	return list
}

func check(j job) bool {
	switch j.Kind {
	case "note":
		return checkNote(j)
	case "tiles":
		return checkTiles(j)
	case "record":
		return tlog.CheckRecord(hashes(j.Hashes), j.Size, hash(j.Root), j.Index, tlog.RecordHash(j.Record)) == nil
	case "tree":
		return tlog.CheckTree(hashes(j.Hashes), j.Size, hash(j.Root), j.Old, hash(j.OldRoot)) == nil
	}
	panic(j.Kind)
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(make([]byte, 1<<20), 1<<24)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for in.Scan() {
		if len(bytes.TrimSpace(in.Bytes())) == 0 {
			continue
		}
		var j job
		if err := json.Unmarshal(in.Bytes(), &j); err != nil {
			panic(err)
		}
		fmt.Fprintln(out, check(j))
	}
}

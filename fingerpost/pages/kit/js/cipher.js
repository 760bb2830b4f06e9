// AES-GCM with the key that came with the page. Nothing where the page brought none, or where the browser has no WebCrypto
// (a page that came neither over TLS nor from this machine).

const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
const textOf = (bytes) => btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join(''))

export function cipherOf(key) {
  if (!key || !globalThis.crypto?.subtle) return null
  const { subtle } = crypto
  const raw = bytesOf(key)
  const imported = subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt'])
  return {
    async encipher(text) {
      const iv = crypto.getRandomValues(new Uint8Array(12))
      const sealed = await subtle.encrypt({ name: 'AES-GCM', iv }, await imported, new TextEncoder().encode(text))
      return `${textOf(iv)} ${textOf(sealed)}`
    },
    // Rejects what was enciphered with another key, or changed since.
    async decipher(kept) {
      const [iv, sealed] = kept.split(' ').map(bytesOf)
      const text = await subtle.decrypt({ name: 'AES-GCM', iv }, await imported, sealed)
      return new TextDecoder().decode(text)
    },
    // A name that tells nothing without the key, and is the same each time.
    async nameFor(plain) {
      const signing = await subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
      return textOf((await subtle.sign('HMAC', signing, new TextEncoder().encode(plain))).slice(0, 12))
    }
  }
}

using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace GrpoMonteCarlo.Random;

/// <summary>The Philox key of one stream: who draws. Where in the stream is a <see cref="StreamAddress"/>.</summary>
internal readonly record struct StreamKey(uint K0, uint K1)
{
    /// <summary>
    /// The first 64 bits of SHA-256 over a readable text, so that anyone can recompute a key with <c>sha256sum</c>.
    /// </summary>
    /// <param name="streamVersion">The version of the promise that the numbers keep.</param>
    /// <param name="seed">The experiment's seed.</param>
    /// <param name="addressTag">A cell's id, or the name that coupled cells share.</param>
    public static StreamKey Derive(int streamVersion, ulong seed, string addressTag)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"grpomc/stream/v{streamVersion}/seed/{seed}/tag/{addressTag}");
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return new StreamKey(BinaryPrimitives.ReadUInt32LittleEndian(hash), BinaryPrimitives.ReadUInt32LittleEndian(hash[4..]));
    }
}

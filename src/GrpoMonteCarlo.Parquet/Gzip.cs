using System.IO.Compression;

namespace GrpoMonteCarlo.Parquet;

/// <summary>Unpacks pages, and never more than their headers say.</summary>
internal static class Gzip
{
    // What nearly anything may unpack to, and beyond that how many times its bytes.
    private const int SmallBytes = 1 << 26;
    private const long LikelyRatio = 16;

    /// <summary>Unpacks bytes that become exactly <paramref name="size"/> ones.</summary>
    public static byte[] Unpack(ReadOnlySpan<byte> packed, int size, string where)
    {
        // DEFLATE makes at most 1032 bytes of one, so a header cannot ask for more memory than that.
        if (size > 1032L * packed.Length || size > SmallBytes + (LikelyRatio * packed.Length))
        {
            throw new ParquetException($"{where}: {packed.Length} bytes said to unpack to {size}");
        }

        byte[] unpacked = new byte[size];
        try
        {
            using GZipStream stream = new(new MemoryStream(packed.ToArray()), CompressionMode.Decompress);
            int read = stream.ReadAtLeast(unpacked, size, throwOnEndOfStream: false);
            if (read == size && stream.ReadByte() < 0)
            {
                return unpacked;
            }
        }
        catch (InvalidDataException e)
        {
            throw new ParquetException($"{where}: damaged GZIP data", e);
        }

        throw new ParquetException($"{where}: GZIP data that does not unpack to {size} bytes");
    }
}

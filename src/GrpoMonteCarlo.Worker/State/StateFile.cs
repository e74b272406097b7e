using System.Security.Cryptography;
using GrpoMonteCarlo.Experiments;

namespace GrpoMonteCarlo.Worker.State;

/// <summary>
/// One finished range of a cell's replicates on disk: a header (format, stream version, cell id), the range's result, and the SHA-256
/// of all that. Little-endian. In the place of the id of a cell that is compared with others stands the SHA-256 of its id and theirs.
/// </summary>
internal static class StateFile
{
    private const uint Format = 0x32_53_47_47; // "GGS2"

    private const int HeaderBytes = sizeof(uint) + sizeof(int) + SHA256.HashSizeInBytes;

    public static byte[] Encode(Cell cell, RangeResult result)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(Format);
        writer.Write(Plan.StreamVersion);
        writer.Write(IdentityOf(cell));
        result.Write(writer);
        writer.Flush();
        writer.Write(SHA256.HashData(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
        writer.Flush();
        return bytes.ToArray();
    }

    /// <exception cref="InvalidDataException">The bytes are not such a file of this cell and stream version, or damaged.</exception>
    public static RangeResult Decode(Cell cell, byte[] bytes)
    {
        int body = bytes.Length - SHA256.HashSizeInBytes;
        if (body < HeaderBytes || !SHA256.HashData(bytes.AsSpan(0, body)).AsSpan().SequenceEqual(bytes.AsSpan(body)))
        {
            throw new InvalidDataException("its checksum is wrong");
        }

        using var reader = new BinaryReader(new MemoryStream(bytes, 0, body));
        if (reader.ReadUInt32() != Format || reader.ReadInt32() != Plan.StreamVersion)
        {
            throw new InvalidDataException("it is of another version");
        }

        if (!reader.ReadBytes(SHA256.HashSizeInBytes).AsSpan().SequenceEqual(IdentityOf(cell)))
        {
            throw new InvalidDataException(cell.Comparisons.Count == 0 ? "it belongs to another cell" : "it belongs to another cell, or compares it with others");
        }

        var result = RangeResult.Read(reader);
        return reader.BaseStream.Position == body ? result : throw new InvalidDataException("it has bytes left over");
    }

    private static byte[] IdentityOf(Cell cell) => cell.Comparisons.Count == 0
        ? Convert.FromHexString(cell.Id)
        : SHA256.HashData([.. new[] { cell }.Concat(cell.Comparisons.Select(comparison => comparison.Baseline)).SelectMany(one => Convert.FromHexString(one.Id))]);
}

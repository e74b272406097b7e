namespace GrpoMonteCarlo.Numerics;

/// <summary>128-bit integers in binary streams, low half first.</summary>
internal static class WideIntegers
{
    public static void WriteInt128(this BinaryWriter writer, Int128 value)
    {
        writer.Write((ulong)value);
        writer.Write((ulong)(value >> 64));
    }

    public static Int128 ReadInt128(this BinaryReader reader)
    {
        ulong low = reader.ReadUInt64();
        return new Int128(reader.ReadUInt64(), low);
    }
}

namespace GrpoMonteCarlo.Experiments;

/// <summary>Reading counts that nobody vouches for: before room is made for so many things, are there so many bytes?</summary>
internal static class BoundedReading
{
    /// <summary>The bytes that are left of a stream that knows its length.</summary>
    public static long BytesLeft(this BinaryReader reader) => reader.BaseStream.Length - reader.BaseStream.Position;
}

namespace GrpoMonteCarlo.Experiments;

/// <summary>What simulating a range of a cell's replicates gives.</summary>
/// <param name="Sums">The range's integer sums.</param>
/// <param name="Trajectories">Its trajectories, null if they are not recorded.</param>
public sealed record RangeResult(RangeSums Sums, Trajectories? Trajectories)
{
    /// <summary>Adds the range that follows.</summary>
    /// <exception cref="ArgumentException">It does not begin where this one ends, or has fewer iterations.</exception>
    public void Append(RangeResult next)
    {
        ArgumentNullException.ThrowIfNull(next);
        Sums.Append(next.Sums);
        Trajectories?.Append(next.Trajectories!);
    }

    /// <summary>Whether the other is of the same replicates and, as far as both go, the same to the bit.</summary>
    public bool Agrees(RangeResult other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Sums.Agrees(other.Sums) && (Trajectories is null || other.Trajectories is null || Trajectories.Agrees(other.Trajectories));
    }

    /// <summary>Writes the result; the same integers give the same bytes.</summary>
    public void Write(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        Sums.Write(writer);
        writer.Write(Trajectories is not null);
        Trajectories?.Write(writer);
    }

    /// <summary>Reads what <see cref="Write"/> wrote, in memory in proportion to the bytes that are there.</summary>
    /// <param name="reader">Of a stream that knows its length.</param>
    /// <exception cref="InvalidDataException">The bytes make no sense.</exception>
    public static RangeResult Read(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        try
        {
            var sums = RangeSums.Read(reader);
            Trajectories? trajectories = reader.ReadBoolean() ? Trajectories.Read(reader) : null;
            return trajectories is null || (trajectories.Iterations == sums.Iterations && trajectories.Rows == sums.Replicates * (sums.Iterations + 1))
                ? new RangeResult(sums, trajectories)
                : throw new InvalidDataException($"{trajectories.Rows} rows of trajectories of {sums.Replicates} replicates and {sums.Iterations} iterations");
        }
        catch (EndOfStreamException)
        {
            throw new InvalidDataException("it ends too early");
        }
    }
}

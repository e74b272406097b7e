namespace GrpoMonteCarlo.Experiments;

/// <summary>
/// The integer sums of a range of a cell's replicates, iteration by iteration. Resuming, extending, sharding and combining are all one
/// thing: sets of such ranges, disjoint, added up.
/// </summary>
public sealed class RangeSums
{
    private const int MostObservables = 1000;

    private readonly IterationSums[] _iterations;

    /// <param name="first">The range's first replicate.</param>
    /// <param name="last">One past its last.</param>
    /// <param name="iterations">N; there are N+1 sums, the start's included.</param>
    /// <param name="observables">Number of the cell's observables.</param>
    internal RangeSums(long first, long last, int iterations, int observables)
    {
        First = first;
        Last = last;
        _iterations = new IterationSums[iterations + 1];
        for (int n = 0; n <= iterations; n++)
        {
            _iterations[n] = new IterationSums(observables);
        }
    }

    /// <summary>The range's first replicate.</summary>
    public long First { get; }

    /// <summary>One past the range's last replicate.</summary>
    public long Last { get; private set; }

    /// <summary>Number of replicates.</summary>
    public long Replicates => Last - First;

    /// <summary>N.</summary>
    public int Iterations => _iterations.Length - 1;

    /// <summary>Number of the cell's observables.</summary>
    public int Observables => _iterations[0].Observables.Length;

    /// <summary>Groups drawn, all iterations and replicates.</summary>
    public long Groups => _iterations.Sum(iteration => iteration.Groups);

    /// <summary>The sums of iteration n, 0 to N.</summary>
    internal IterationSums this[int n] => _iterations[n];

    /// <summary>No replicates yet; the ranges from a replicate on can be appended.</summary>
    /// <param name="iterations">N.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="first">The replicate.</param>
    public static RangeSums Empty(int iterations, Cell cell, long first) => new(first, first, iterations, Observable.Of(cell).Count);

    /// <summary>
    /// Adds the range that follows. It may have more iterations: the first ones are the same whatever the number simulated.
    /// </summary>
    /// <exception cref="ArgumentException">It does not follow, has fewer iterations, or is of a cell of another kind.</exception>
    public void Append(RangeSums next)
    {
        ArgumentNullException.ThrowIfNull(next);
        if (next.First != Last || next.Iterations < Iterations || next.Observables != Observables)
        {
            throw new ArgumentException($"Replicates {next.First} to {next.Last} do not follow {First} to {Last}.", nameof(next));
        }

        for (int n = 0; n <= Iterations; n++)
        {
            _iterations[n].Add(next[n]);
        }

        Last = next.Last;
    }

    internal bool Agrees(RangeSums other) => (First, Last) == (other.First, other.Last)
        && _iterations.Zip(other._iterations).All(pair => Bytes(pair.First).AsSpan().SequenceEqual(Bytes(pair.Second)));

    private static byte[] Bytes(IterationSums sums)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        sums.Write(writer);
        writer.Flush();
        return bytes.ToArray();
    }

    internal void Write(BinaryWriter writer)
    {
        writer.Write(First);
        writer.Write(Last);
        writer.Write(Iterations);
        writer.Write(Observables);
        foreach (IterationSums sums in _iterations)
        {
            sums.Write(writer);
        }
    }

    internal static RangeSums Read(BinaryReader reader)
    {
        long first = reader.ReadInt64();
        long last = reader.ReadInt64();
        int iterations = reader.ReadInt32();
        int observables = reader.ReadInt32();
        bool areSane = first >= 0 && last > first && last <= Experiment.MostReplicates
            && iterations is >= 0 and <= Experiment.MostIterations && observables is >= 0 and <= MostObservables;

        // Before any room is made for them: are there so many bytes?
        if (!areSane || (iterations + 1) * IterationSums.LeastBytes(observables) > reader.BytesLeft())
        {
            throw new InvalidDataException($"replicates {first} to {last}, {iterations} iterations, {observables} observables");
        }

        var range = new RangeSums(first, last, iterations, observables);
        for (int n = 0; n <= iterations; n++)
        {
            range._iterations[n] = IterationSums.Read(reader, observables, range.Replicates);
        }

        return range;
    }
}

using System.Runtime.InteropServices;

namespace GrpoMonteCarlo.Experiments;

/// <summary>
/// The recorded trajectories of consecutive replicates: for each replicate and each iteration 0..N its logit, the log-odds step that
/// led there and the number of degenerate groups of that update (both 0 at iteration 0). Replicate by replicate.
/// </summary>
public sealed class Trajectories
{
    private readonly List<double> _logit = [];
    private readonly List<double> _step = [];
    private readonly List<long> _degenerateGroups = [];

    /// <param name="iterations">N.</param>
    internal Trajectories(int iterations) => Iterations = iterations;

    /// <summary>N.</summary>
    public int Iterations { get; }

    /// <summary>Rows, N+1 a replicate.</summary>
    public int Rows => _logit.Count;

    /// <summary>L_n, row by row.</summary>
    public Span<double> Logit => CollectionsMarshal.AsSpan(_logit);

    /// <summary>The step of the update that led to each row.</summary>
    public Span<double> Step => CollectionsMarshal.AsSpan(_step);

    /// <summary>The degenerate groups of the update that led to each row.</summary>
    public Span<long> DegenerateGroups => CollectionsMarshal.AsSpan(_degenerateGroups);

    /// <summary>Room for a number of replicates, all zero.</summary>
    internal static Trajectories OfReplicates(int replicates, int iterations)
    {
        var trajectories = new Trajectories(iterations);
        trajectories.Resize(replicates * (iterations + 1));
        return trajectories;
    }

    /// <summary>Adds the trajectories of the replicates that follow.</summary>
    internal void Append(Trajectories next)
    {
        _logit.AddRange(next._logit);
        _step.AddRange(next._step);
        _degenerateGroups.AddRange(next._degenerateGroups);
    }

    // As far as both go.
    internal bool Agrees(Trajectories other)
    {
        (int stride, int otherStride) = (Iterations + 1, other.Iterations + 1);
        int common = Math.Min(stride, otherStride);
        bool same = Rows / stride == other.Rows / otherStride;
        for (int replicate = 0; same && replicate < Rows / stride; replicate++)
        {
            (int first, int otherFirst) = (replicate * stride, replicate * otherStride);
            same = MemoryMarshal.AsBytes(Logit.Slice(first, common)).SequenceEqual(MemoryMarshal.AsBytes(other.Logit.Slice(otherFirst, common)))
                && MemoryMarshal.AsBytes(Step.Slice(first, common)).SequenceEqual(MemoryMarshal.AsBytes(other.Step.Slice(otherFirst, common)))
                && DegenerateGroups.Slice(first, common).SequenceEqual(other.DegenerateGroups.Slice(otherFirst, common));
        }

        return same;
    }

    internal void Write(BinaryWriter writer)
    {
        writer.Write(Iterations);
        writer.Write(Rows);
        writer.Write(MemoryMarshal.AsBytes<double>(Logit));
        writer.Write(MemoryMarshal.AsBytes<double>(Step));
        writer.Write(MemoryMarshal.AsBytes<long>(DegenerateGroups));
    }

    internal static Trajectories Read(BinaryReader reader)
    {
        int iterations = reader.ReadInt32();
        int rows = reader.ReadInt32();
        if (iterations is < 0 or > Experiment.MostIterations || rows < 0 || rows % (iterations + 1) != 0
            || rows * (3L * sizeof(double)) > reader.BytesLeft())
        {
            throw new InvalidDataException($"{rows} rows of trajectories of {iterations} iterations");
        }

        var trajectories = new Trajectories(iterations);
        trajectories.Resize(rows);
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(trajectories.Logit));
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(trajectories.Step));
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(trajectories.DegenerateGroups));
        return trajectories;
    }

    private void Resize(int rows)
    {
        CollectionsMarshal.SetCount(_logit, rows);
        CollectionsMarshal.SetCount(_step, rows);
        CollectionsMarshal.SetCount(_degenerateGroups, rows);
        Logit.Clear();
        Step.Clear();
        DegenerateGroups.Clear();
    }
}

using GrpoMonteCarlo.Numerics;
using GrpoMonteCarlo.Theory;

namespace GrpoMonteCarlo.Experiments;

/// <summary>
/// Everything kept of one iteration over a range of replicates: integers only, so that ranges add up to the same state in any order.
/// </summary>
internal sealed class IterationSums
{
    private readonly ExactMoments[] _observables;
    private ExactMoments _rarer;
    private ExactMoments _logit;
    private Int128 _phi;
    private Int128 _expectedPhi;
    private Int128 _variancePhi;
    private Int128 _expectedInformative;

    /// <param name="observables">Number of observables.</param>
    public IterationSums(int observables) => _observables = new ExactMoments[observables];

    /// <summary>Moments of the cell's observables, in their order; quantum 2^-<see cref="Quanta.Observable"/>.</summary>
    public ReadOnlySpan<ExactMoments> Observables => _observables;

    /// <summary>
    /// Moments of u, which is p or 1-p, whichever is small on the side of the mean field; quantum 2^-<see cref="Quanta.Probability"/>.
    /// </summary>
    public ref readonly ExactMoments Rarer => ref _rarer;

    /// <summary>Moments of the logit clipped to +-128; quantum 2^-<see cref="Quanta.Logit"/>.</summary>
    public ref readonly ExactMoments Logit => ref _logit;

    /// <summary>sum of sum_g phi(K_g), or what else the estimator sums (theory.md section 5), quantum of the term.</summary>
    public Int128 Phi => _phi;

    /// <summary>sum of its expectation, M E phi(p_r), quantum of the term.</summary>
    public Int128 ExpectedPhi => _expectedPhi;

    /// <summary>sum of its variance, M Var phi(p_r), quantum of the term's square.</summary>
    public Int128 VariancePhi => _variancePhi;

    /// <summary>sum of M (1 - p_r^G - (1-p_r)^G), quantum 2^-<see cref="Quanta.Informative"/>.</summary>
    public Int128 ExpectedInformative => _expectedInformative;

    /// <summary>Groups drawn.</summary>
    public long Groups { get; private set; }

    /// <summary>Groups that were all success or all failure.</summary>
    public long DegenerateGroups { get; private set; }

    /// <summary>Replicates with |L| above 36.</summary>
    public long Saturated { get; private set; }

    /// <summary>Logits by bin, for quantiles.</summary>
    public SparseCounts Bins { get; private set; } = new();

    /// <summary>Adds a replicate's policy.</summary>
    public void AddPolicy(double rarer, double logit)
    {
        _rarer.Add(rarer, Quanta.Probability);
        _logit.Add(LogitBins.Clip(logit), Quanta.Logit);
        if (Math.Abs(logit) > Fluctuations.SaturatedLogit)
        {
            Saturated++;
        }
    }

    /// <summary>Adds a replicate's update.</summary>
    public void AddUpdate(Int128 phi, Int128 expectedPhi, Int128 variancePhi, Int128 expectedInformative, long groups, long degenerateGroups)
    {
        _phi += phi;
        _expectedPhi += expectedPhi;
        _variancePhi += variancePhi;
        _expectedInformative += expectedInformative;
        Groups += groups;
        DegenerateGroups += degenerateGroups;
    }

    /// <summary>Adds a replicate's observables.</summary>
    public void AddObservables(ReadOnlySpan<double> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            _observables[i].Add(Math.Clamp(values[i], -Quanta.LargestObservable, Quanta.LargestObservable), Quanta.Observable);
        }
    }

    /// <summary>Adds the bins of replicates added before.</summary>
    public void AddBins(SparseCounts bins) => Bins.Add(bins);

    /// <summary>Adds another range's sums.</summary>
    public void Add(IterationSums other)
    {
        _rarer.Add(other._rarer);
        _logit.Add(other._logit);
        AddUpdate(other._phi, other._expectedPhi, other._variancePhi, other._expectedInformative, other.Groups, other.DegenerateGroups);
        for (int i = 0; i < _observables.Length; i++)
        {
            _observables[i].Add(other._observables[i]);
        }

        Saturated += other.Saturated;
        Bins.Add(other.Bins);
    }

    public void Write(BinaryWriter writer)
    {
        _rarer.Write(writer);
        _logit.Write(writer);
        writer.WriteInt128(_phi);
        writer.WriteInt128(_expectedPhi);
        writer.WriteInt128(_variancePhi);
        writer.WriteInt128(_expectedInformative);
        writer.Write(Groups);
        writer.Write(DegenerateGroups);
        writer.Write(Saturated);
        Bins.Write(writer);
        foreach (ref readonly ExactMoments moments in _observables.AsSpan())
        {
            moments.Write(writer);
        }
    }

    /// <summary>The fewest bytes that <see cref="Write"/> writes: those without any bins.</summary>
    public static long LeastBytes(int observables) => (ExactMoments.Bytes * (2L + observables)) + (4 * 16) + (3 * sizeof(long)) + sizeof(int);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The counts are not those of so many replicates.</exception>
    public static IterationSums Read(BinaryReader reader, int observables, long replicates)
    {
        var sums = new IterationSums(observables)
        {
            _rarer = ExactMoments.Read(reader),
            _logit = ExactMoments.Read(reader),
            _phi = reader.ReadInt128(),
            _expectedPhi = reader.ReadInt128(),
            _variancePhi = reader.ReadInt128(),
            _expectedInformative = reader.ReadInt128(),
            Groups = reader.ReadInt64(),
            DegenerateGroups = reader.ReadInt64(),
            Saturated = reader.ReadInt64(),
            Bins = SparseCounts.Read(reader),
        };
        for (int i = 0; i < observables; i++)
        {
            sums._observables[i] = ExactMoments.Read(reader);
        }

        bool groupsAreSane = sums.Groups >= 0 && sums.DegenerateGroups >= 0 && sums.DegenerateGroups <= sums.Groups;
        if (!groupsAreSane || sums.Saturated < 0 || sums.Saturated > replicates || sums.Bins.Total != replicates)
        {
            throw new InvalidDataException(
                $"{replicates} replicates, {sums.Bins.Total} of them in bins, {sums.Saturated} saturated; "
                + $"{sums.Groups} groups, {sums.DegenerateGroups} degenerate");
        }

        return sums;
    }
}

using GrpoMonteCarlo.Theory;

namespace GrpoMonteCarlo.Experiments;

/// <summary>How many replicates of a cell have reached a success probability by an iteration.</summary>
/// <param name="Threshold">tau: reached is p &gt;= tau, at this iteration or before.</param>
/// <param name="Iteration">n.</param>
/// <param name="Reached">Their share; null without replicates.</param>
/// <param name="Law">Its expectation, by the law of L_n; null where there is none.</param>
/// <param name="LawError">How far the grid of that law may be off.</param>
public sealed record Passage(double Threshold, int Iteration, Estimate? Reached, double? Law, double? LawError);

/// <summary>Where a cell's replicates are at the last iteration.</summary>
/// <param name="Number">The basin, from 0 at the lowest p.</param>
/// <param name="Low">The boundary below: p of an unstable fixed point of the finite-group recurrence, or 0.</param>
/// <param name="High">The boundary above, or 1.</param>
/// <param name="Share">Share of the replicates between them; null without replicates.</param>
/// <param name="Law">Its expectation, by the law of L_n; null where there is none.</param>
/// <param name="LawError">How far the grid of that law may be off.</param>
public sealed record BasinShare(int Number, double Low, double High, Estimate? Share, double? Law, double? LawError);

/// <summary>First passages and basins of a cell's recorded trajectories, and what the law of L_n says of them.</summary>
public sealed class Passages
{
    private readonly int _iterations;
    private readonly IReadOnlyList<double> _given;
    private readonly SuccessProbability[] _boundaries;
    private readonly Region[] _regions; // below each threshold, then the basin of the start if there are others
    private readonly long[][] _exits; // of each region and iteration: replicates that were outside then for the first time
    private readonly long[] _basins;
    private readonly bool _hasBasins;
    private readonly LogitLaw? _law;
    private readonly Lazy<PassageLaw?>[] _laws; // of each region
    private long _replicates;

    /// <param name="experiment">The experiment.</param>
    /// <param name="theory">The cell's closed forms.</param>
    public Passages(Experiment experiment, CellTheory theory)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        ArgumentNullException.ThrowIfNull(theory);
        _iterations = experiment.Iterations;
        _given = experiment.Passages;
        _law = theory.Law(_iterations);
        IReadOnlyList<SuccessProbability>? boundaries = theory.BasinBoundaries();
        _hasBasins = boundaries is not null;
        _boundaries = [.. boundaries ?? []];
        _basins = new long[_boundaries.Length + 1];
        _regions = [.. _given.Select(threshold => Region.Below(threshold)), .. _boundaries.Length == 0 ? Array.Empty<Region>() : [BasinOf(theory.Starts[0])]];
        _exits = [.. _regions.Select(_ => new long[_iterations + 1])];
        _laws = [.. _regions.Select(region => new Lazy<PassageLaw?>(() => _law?.ExitOf(region.Low, region.High)))];
    }

    // What a replicate may leave, low <= p < high; ends as they are to be written beside as they are compared.
    private readonly record struct Region(PassageRegion Kind, double PLow, double PHigh, SuccessProbability Low, SuccessProbability High)
    {
        public static Region Below(double threshold) =>
            new(PassageRegion.Threshold, 0, threshold, SuccessProbability.FromP(0), SuccessProbability.FromP(threshold));
    }

    /// <summary>Adds the trajectories of some replicates; they may go further than the experiment.</summary>
    public void Add(Trajectories trajectories)
    {
        ArgumentNullException.ThrowIfNull(trajectories);
        ReadOnlySpan<double> logits = trajectories.Logit;
        int stride = trajectories.Iterations + 1;
        for (int first = 0; first < logits.Length; first += stride)
        {
            ReadOnlySpan<double> path = logits.Slice(first, _iterations + 1);
            for (int i = 0; i < _regions.Length; i++)
            {
                int n = 0;
                while (n < path.Length && path[n] >= _regions[i].Low.Logit && path[n] < _regions[i].High.Logit)
                {
                    n++;
                }

                if (n < path.Length)
                {
                    _exits[i][n]++;
                }
            }

            _basins[NumberOf(path[^1])]++;
            _replicates++;
        }
    }

    /// <summary>By threshold and iteration, in the experiment's order.</summary>
    public IEnumerable<Passage> ByIteration()
    {
        for (int t = 0; t < _given.Count; t++)
        {
            PassageLaw? law = _laws[t].Value;
            long reached = 0;
            for (int n = 0; n <= _iterations; n++)
            {
                reached += _exits[t][n];
                yield return new Passage(_given[t], n, ShareOf(reached), law is null ? null : 1 - law.NotYet[n], law?.Error(n));
            }
        }
    }

    /// <summary>By basin, the lowest first; none where basins are not known.</summary>
    public IEnumerable<BasinShare> ByBasin()
    {
        if (!_hasBasins)
        {
            yield break;
        }

        double[]? law = _law is null ? null : Basins.Probabilities(_law, _iterations, _boundaries);
        double[] errors = [0, .. _boundaries.Select(boundary => _law?.ErrorFrom(_iterations, boundary) ?? 0), 0];
        for (int i = 0; i < _basins.Length; i++)
        {
            yield return new BasinShare(
                i,
                i == 0 ? 0 : _boundaries[i - 1].P,
                i == _boundaries.Length ? 1 : _boundaries[i].P,
                ShareOf(_basins[i]),
                law?[i],
                law is null ? null : errors[i] + errors[i + 1]);
        }
    }

    /// <summary>By threshold, in the experiment's order, then the basin in which the start lies, where there are at least two.</summary>
    public IEnumerable<PassageTime> ByRegion() => _regions.Select((region, i) => new PassageTime(
        region.Kind,
        region.PLow,
        region.PHigh,
        _replicates,
        _replicates == 0 ? null : Measured(_exits[i]),
        _laws[i].Value is { } law ? PassageTimeLaw.Of(law) : null));

    private PassageTimeMeasured Measured(long[] exits)
    {
        long left = exits.Sum();
        double mean = (exits.Select((count, n) => count * (double)n).Sum() + ((_replicates - left) * (double)_iterations)) / _replicates;
        double Square(double time) => (time - mean) * (time - mean);
        double squares = exits.Select((count, n) => count * Square(n)).Sum() + ((_replicates - left) * Square(_iterations));
        double? error = _replicates < 2 ? null : Math.Sqrt(squares / (_replicates - 1) / _replicates);
        return new PassageTimeMeasured(
            ShareOf(left)!.Value, new Estimate(mean, error), left == _replicates ? mean : null, Quantile(exits, 1), Quantile(exits, 10), Quantile(exits, 19));
    }

    // The first iteration by which so many twentieths have left.
    private int? Quantile(long[] exits, int twentieths)
    {
        long left = 0;
        for (int n = 0; n < exits.Length; n++)
        {
            left += exits[n];
            if (20 * left >= twentieths * _replicates)
            {
                return n;
            }
        }

        return null;
    }

    private Region BasinOf(SuccessProbability p)
    {
        int i = NumberOf(p.Logit);
        SuccessProbability low = i == 0 ? SuccessProbability.FromP(0) : _boundaries[i - 1];
        SuccessProbability high = i == _boundaries.Length ? SuccessProbability.FromP(1) : _boundaries[i];
        return new Region(PassageRegion.Basin, low.P, high.P, low, high);
    }

    private int NumberOf(double logit)
    {
        int basin = 0;
        while (basin < _boundaries.Length && logit >= _boundaries[basin].Logit)
        {
            basin++;
        }

        return basin;
    }

    // Of replicates that have or have not, the sample's standard deviation with divisor R-1.
    private Estimate? ShareOf(long count)
    {
        if (_replicates == 0)
        {
            return null;
        }

        double share = (double)count / _replicates;
        double variance = share * ((double)(_replicates - count) / _replicates);
        return new Estimate(share, _replicates < 2 ? null : Math.Sqrt(variance / (_replicates - 1)));
    }
}

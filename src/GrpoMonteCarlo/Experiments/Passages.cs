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
    private readonly SuccessProbability[] _thresholds;
    private readonly SuccessProbability[] _boundaries;
    private readonly long[][] _firsts; // of each threshold and iteration: replicates that reached it then
    private readonly long[] _basins;
    private readonly bool _hasBasins;
    private readonly LogitLaw? _law;
    private long _replicates;

    /// <param name="experiment">The experiment.</param>
    /// <param name="theory">The cell's closed forms.</param>
    public Passages(Experiment experiment, CellTheory theory)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        ArgumentNullException.ThrowIfNull(theory);
        _iterations = experiment.Iterations;
        _given = experiment.Passages;
        _thresholds = [.. _given.Select(SuccessProbability.FromP)];
        _firsts = [.. _thresholds.Select(_ => new long[_iterations + 1])];
        _law = theory.Law(_iterations);
        IReadOnlyList<SuccessProbability>? boundaries = theory.BasinBoundaries();
        _hasBasins = boundaries is not null;
        _boundaries = [.. boundaries ?? []];
        _basins = new long[_boundaries.Length + 1];
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
            for (int t = 0; t < _thresholds.Length; t++)
            {
                int n = 0;
                while (n < path.Length && path[n] < _thresholds[t].Logit)
                {
                    n++;
                }

                if (n < path.Length)
                {
                    _firsts[t][n]++;
                }
            }

            int basin = 0;
            while (basin < _boundaries.Length && path[^1] >= _boundaries[basin].Logit)
            {
                basin++;
            }

            _basins[basin]++;
            _replicates++;
        }
    }

    /// <summary>By threshold and iteration, in the experiment's order.</summary>
    public IEnumerable<Passage> ByIteration()
    {
        for (int t = 0; t < _thresholds.Length; t++)
        {
            PassageLaw? law = _law?.PassageOf(_thresholds[t]);
            long reached = 0;
            for (int n = 0; n <= _iterations; n++)
            {
                reached += _firsts[t][n];
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

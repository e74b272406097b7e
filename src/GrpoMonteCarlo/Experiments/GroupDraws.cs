using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Random;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Experiments;

/// <summary>
/// The groups of one update after another: as many as the estimator wants, and those of them that count. One for each worker and cell.
/// </summary>
internal sealed class GroupDraws(ICountSampler sampler, Estimator estimator, int groupSize, long groups)
{
    private readonly long[] _counts = new long[groupSize + 1];
    private readonly long[] _round = new long[estimator == Estimator.DynamicSampling ? groupSize + 1 : 0];

    /// <summary>
    /// At K, the groups in which the rarer outcome came K times; of dynamic sampling the informative ones only.
    /// </summary>
    public ReadOnlySpan<long> Counts => _counts;

    /// <summary>Groups drawn.</summary>
    public long Drawn { get; private set; }

    /// <summary>Groups that were all success or all failure, of those drawn.</summary>
    public long Degenerate { get; private set; }

    /// <summary>Groups of the rarer outcome only, of those drawn.</summary>
    public long OnlyRare { get; private set; }

    /// <summary>The groups that the estimator takes the mean over.</summary>
    public long InMean => estimator is Estimator.DropDegenerate or Estimator.DynamicSampling ? Drawn - Degenerate : Drawn;

    /// <summary>The groups whose terms the certificate knows: all, or with dynamic sampling the informative ones.</summary>
    public long Certified => estimator == Estimator.DynamicSampling ? Drawn - Degenerate : Drawn;

    /// <summary>Share of the rollouts that were the rarer outcome, of all groups drawn; not for dynamic sampling.</summary>
    public double PooledShare
    {
        get
        {
            long sum = 0;
            for (int k = 1; k <= groupSize; k++)
            {
                sum += k * _counts[k];
            }

            return (double)sum / ((double)Drawn * groupSize);
        }
    }

    /// <summary>Draws the groups of an update.</summary>
    public void Draw(StreamKey key, StreamAddress address, RareProbability q)
    {
        if (estimator == Estimator.DynamicSampling)
        {
            DrawUntilInformative(key, address, q);
            return;
        }

        sampler.Sample(key, address, q, groupSize, groups, _counts);
        Drawn = groups;
        OnlyRare = _counts[groupSize];
        Degenerate = _counts[0] + OnlyRare;
    }

    /// <summary>Takes groups that were drawn elsewhere.</summary>
    /// <param name="byRewards">Groups by the number of their rewards.</param>
    /// <param name="rewardIsRare">Whether reward 1 is the rarer outcome.</param>
    public void Take(ReadOnlySpan<long> byRewards, bool rewardIsRare)
    {
        for (int k = 0; k <= groupSize; k++)
        {
            _counts[rewardIsRare ? k : groupSize - k] = byRewards[k];
        }

        Drawn = groups;
        OnlyRare = _counts[groupSize];
        Degenerate = _counts[0] + OnlyRare;
    }

    // Each round draws as many groups as are still missing: the M-th informative group cannot come before the last of them, so the
    // law is that of drawing one group after another.
    private void DrawUntilInformative(StreamKey key, StreamAddress address, RareProbability q)
    {
        Array.Clear(_counts);
        Drawn = 0;
        OnlyRare = 0;
        Degenerate = 0;
        long most = groups * DynamicSampling.MostGroups;
        for (int round = 0; round <= StreamAddress.MaxRound; round++)
        {
            long missing = Math.Min(groups - (Drawn - Degenerate), most - Drawn);
            if (missing == 0)
            {
                return;
            }

            sampler.Sample(key, address.Round(round), q, groupSize, missing, _round);
            Drawn += missing;
            OnlyRare += _round[groupSize];
            Degenerate += _round[0] + _round[groupSize];
            for (int k = 1; k < groupSize; k++)
            {
                _counts[k] += _round[k];
            }
        }
    }
}

using GrpoMonteCarlo.Random;
using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Experiments;

/// <summary>
/// The rollouts of an update by the K of their group, by reward as observed, and by arm. Given how many rollouts of which reward the
/// groups of each K have, their arms are independent draws from the policy conditioned on that reward.
/// </summary>
internal sealed class ArmCounts
{
    private readonly WorkerSamplers _samplers;
    private readonly Sampler _sampler;
    private readonly VerifierNoise _noise;
    private readonly bool[] _succeeds;
    private readonly bool _drawsDegenerate;
    private readonly int _groupSize;
    private readonly double[] _probability; // pi_old, as sampled
    private readonly double[] _rewardedWeight; // pi_old(o) times the chance of a reward
    private readonly double[] _otherWeight;
    private readonly long[] _rewarded; // (G+1) x arms, row by row
    private readonly long[] _others;
    private readonly long[] _rewardedTotals; // by K
    private readonly long[] _otherTotals;

    public ArmCounts(WorkerSamplers samplers, Cell cell, bool[] succeeds, bool drawsDegenerate)
    {
        int rows = cell.GroupSize + 1;
        _samplers = samplers;
        _sampler = cell.Sampler;
        _noise = cell.Verifier;
        _succeeds = succeeds;
        _drawsDegenerate = drawsDegenerate;
        _groupSize = cell.GroupSize;
        _probability = new double[succeeds.Length];
        _rewardedWeight = new double[succeeds.Length];
        _otherWeight = new double[succeeds.Length];
        _rewarded = new long[rows * succeeds.Length];
        _others = new long[rows * succeeds.Length];
        _rewardedTotals = new long[rows];
        _otherTotals = new long[rows];
    }

    /// <summary>Rollouts that were rewarded, (G+1) x arms.</summary>
    public ReadOnlySpan<long> Rewarded => _rewarded;

    /// <summary>Rollouts that were not.</summary>
    public ReadOnlySpan<long> Others => _others;

    /// <summary>At an arm, its probability times the chance that it is rewarded.</summary>
    public ReadOnlySpan<double> RewardedWeights => _rewardedWeight;

    /// <summary>At an arm, its probability times the chance that it is not.</summary>
    public ReadOnlySpan<double> OtherWeights => _otherWeight;

    /// <summary>pi_old(o) as sampled.</summary>
    public double Probability(int arm) => _probability[arm];

    /// <summary>Sets the policy that rollouts come from.</summary>
    /// <param name="p">Its success probability, as sampled.</param>
    /// <param name="oneMinusP">The complement.</param>
    /// <param name="shares">Each arm's probability among those of its reward.</param>
    public void SetPolicy(double p, double oneMinusP, ReadOnlySpan<double> shares)
    {
        for (int o = 0; o < _succeeds.Length; o++)
        {
            double probability = (_succeeds[o] ? p : oneMinusP) * shares[o];
            _probability[o] = probability;
            _rewardedWeight[o] = probability * (_succeeds[o] ? 1 - _noise.FalseNegative : _noise.FalsePositive);
            _otherWeight[o] = probability * (_succeeds[o] ? _noise.FalseNegative : 1 - _noise.FalsePositive);
        }
    }

    /// <summary>Draws the arms of the rollouts of an update.</summary>
    /// <param name="key">The stream.</param>
    /// <param name="address">The update's place in it.</param>
    /// <param name="groups">Groups by the number of the rarer reward.</param>
    /// <param name="rewardIsRare">Whether that is 1.</param>
    public void Draw(StreamKey key, StreamAddress address, ReadOnlySpan<long> groups, bool rewardIsRare)
    {
        for (int k = 0; k <= _groupSize; k++)
        {
            long count = (k == 0 || k == _groupSize) && !_drawsDegenerate ? 0 : groups[rewardIsRare ? k : _groupSize - k];
            _rewardedTotals[k] = count * k;
            _otherTotals[k] = count * (_groupSize - k);
        }

        StreamAddress rewarded = address.With(StreamPurpose.SuccessArms);
        StreamAddress others = address.With(StreamPurpose.FailureArms);
        if (_sampler == Sampler.Rollouts)
        {
            _samplers.Arms.Draw(key, rewarded, _rewardedWeight, _rewardedTotals, _rewarded);
            _samplers.Arms.Draw(key, others, _otherWeight, _otherTotals, _others);
        }
        else
        {
            _samplers.Arms.Place(key, rewarded, _rewardedWeight, _rewardedTotals, _rewarded);
            _samplers.Arms.Place(key, others, _otherWeight, _otherTotals, _others);
        }
    }

    /// <summary>
    /// sum_g (1/G) sum_i A_i (t_i - p) (theory.md section 5): what <see cref="VerifiedRewards"/> draws, here counted, since the
    /// arms say which rollouts truly succeeded.
    /// </summary>
    public double ExcessSum(IReadOnlyList<double> scale, double p, double oneMinusP)
    {
        double sum = 0;
        for (int k = 1; k < _groupSize; k++)
        {
            long groups = _rewardedTotals[k] / k;
            sum += VerifiedRewards.Term(scale[k], k, _groupSize, groups, TrueSuccesses(_rewarded, k), TrueSuccesses(_others, k), p, oneMinusP);
        }

        return sum;
    }

    private long TrueSuccesses(long[] counts, int k)
    {
        long sum = 0;
        for (int o = 0; o < _succeeds.Length; o++)
        {
            sum += _succeeds[o] ? counts[(k * _succeeds.Length) + o] : 0;
        }

        return sum;
    }
}

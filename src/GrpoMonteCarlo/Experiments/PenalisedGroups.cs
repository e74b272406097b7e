using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Random;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Experiments;

/// <summary>
/// The groups of an update themselves, one after another: with k1 in the reward an advantage depends on all arms of its group, so that
/// counts are not enough.
/// </summary>
internal sealed class PenalisedGroups
{
    private readonly WorkerSamplers _samplers;
    private readonly Cell _cell;
    private readonly bool[] _succeeds;
    private readonly RewardPenaltyAdvantages _advantages;
    private readonly ArmTable _table = new();
    private readonly double[] _weights; // rewarded arms, then, with a verifier that errs, arms that are not
    private readonly double[] _penalties;
    private readonly ushort[] _arms;
    private readonly byte[] _rewards;
    private readonly long[] _groups;
    private readonly long[] _trueRewarded; // of the groups of each K, rollouts that truly succeeded and were rewarded
    private readonly long[] _trueOthers;

    public PenalisedGroups(WorkerSamplers samplers, Cell cell, bool[] succeeds)
    {
        _samplers = samplers;
        _cell = cell;
        _succeeds = succeeds;
        _advantages = new RewardPenaltyAdvantages(cell.Advantage, cell.Epsilon, cell.GroupSize);
        _weights = new double[cell.Verifier.IsNone ? succeeds.Length : 2 * succeeds.Length];
        _penalties = new double[succeeds.Length];
        _arms = new ushort[cell.GroupSize];
        _rewards = new byte[cell.GroupSize];
        _groups = new long[cell.GroupSize + 1];
        _trueRewarded = new long[cell.GroupSize + 1];
        _trueOthers = new long[cell.GroupSize + 1];
    }

    /// <summary>Groups by how many of their rollouts were rewarded.</summary>
    public ReadOnlySpan<long> GroupsByRewards => _groups;

    /// <summary>Draws an update's groups and forms their advantages.</summary>
    /// <param name="key">The stream.</param>
    /// <param name="address">The update's place in it.</param>
    /// <param name="policy">The policy that rollouts come from.</param>
    /// <param name="logSampled">Its log-probabilities.</param>
    /// <param name="logReference">Those of the reference.</param>
    /// <param name="statistic">What is filled.</param>
    public void Draw(
        StreamKey key, StreamAddress address, ArmCounts policy, ReadOnlySpan<double> logSampled, ReadOnlySpan<double> logReference, GradientStatistic statistic)
    {
        int arms = _succeeds.Length;
        for (int o = 0; o < arms; o++)
        {
            _penalties[o] = _cell.Beta * (logSampled[o] - logReference[o]);
        }

        if (_cell.Verifier.IsNone)
        {
            for (int o = 0; o < arms; o++)
            {
                _weights[o] = policy.Probability(o);
            }
        }
        else
        {
            policy.RewardedWeights.CopyTo(_weights);
            policy.OtherWeights.CopyTo(_weights.AsSpan(arms));
        }

        _table.Build(_weights);
        _samplers.Words.Begin(key, address);
        statistic.Clear();
        Array.Clear(_groups);
        Array.Clear(_trueRewarded);
        Array.Clear(_trueOthers);
        for (long group = 0; group < _cell.Groups; group++)
        {
            DrawGroup();
            _advantages.Add(_arms, _rewards, _penalties, statistic);
        }

        statistic.DivideBy((double)_cell.Groups * _cell.GroupSize);
    }

    /// <summary>As <see cref="ArmCounts.ExcessSum"/>.</summary>
    public double ExcessSum(IReadOnlyList<double> scale, double p, double oneMinusP)
    {
        double sum = 0;
        for (int k = 1; k < _cell.GroupSize; k++)
        {
            sum += VerifiedRewards.Term(scale[k], k, _cell.GroupSize, _groups[k], _trueRewarded[k], _trueOthers[k], p, oneMinusP);
        }

        return sum;
    }

    private void DrawGroup()
    {
        int arms = _succeeds.Length;
        int rewards = 0;
        int trueRewarded = 0;
        int trueSuccesses = 0;
        for (int i = 0; i < _arms.Length; i++)
        {
            int drawn = _table.Arm(_samplers.Words.Next());
            int arm = drawn < arms ? drawn : drawn - arms;
            bool rewarded = _cell.Verifier.IsNone ? _succeeds[arm] : drawn < arms;
            _arms[i] = (ushort)arm;
            _rewards[i] = rewarded ? (byte)1 : (byte)0;
            rewards += rewarded ? 1 : 0;
            trueSuccesses += _succeeds[arm] ? 1 : 0;
            trueRewarded += rewarded && _succeeds[arm] ? 1 : 0;
        }

        _groups[rewards]++;
        _trueRewarded[rewards] += trueRewarded;
        _trueOthers[rewards] += trueSuccesses - trueRewarded;
    }
}

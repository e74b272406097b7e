using GrpoMonteCarlo.Numerics;

namespace GrpoMonteCarlo.Policies;

/// <summary>
/// A policy over arms seen as success or failure and, given which, an arm: its success probability as a logit, and each arm's share of
/// its class. Both keep their digits however rare a class is.
/// </summary>
/// <param name="succeeds">r(o), arm by arm.</param>
internal sealed class RewardClasses(bool[] succeeds)
{
    private readonly double[] _shares = new double[succeeds.Length];

    /// <summary>L, the logit of the success probability.</summary>
    public double Logit { get; private set; }

    /// <summary>At an arm, its probability among those of its reward.</summary>
    public ReadOnlySpan<double> Shares => _shares;

    /// <summary>Looks at a policy.</summary>
    /// <param name="logPolicy">Its log-probabilities.</param>
    public void Set(ReadOnlySpan<double> logPolicy)
    {
        double largestSuccess = double.NegativeInfinity;
        double largestFailure = double.NegativeInfinity;
        for (int o = 0; o < succeeds.Length; o++)
        {
            if (succeeds[o])
            {
                largestSuccess = Math.Max(largestSuccess, logPolicy[o]);
            }
            else
            {
                largestFailure = Math.Max(largestFailure, logPolicy[o]);
            }
        }

        for (int o = 0; o < succeeds.Length; o++)
        {
            _shares[o] = logPolicy[o] - (succeeds[o] ? largestSuccess : largestFailure);
        }

        Elementary.Exp(_shares, _shares);
        double success = 0;
        double failure = 0;
        for (int o = 0; o < succeeds.Length; o++)
        {
            success += succeeds[o] ? _shares[o] : 0;
            failure += succeeds[o] ? 0 : _shares[o];
        }

        for (int o = 0; o < succeeds.Length; o++)
        {
            _shares[o] /= succeeds[o] ? success : failure;
        }

        Logit = largestSuccess - largestFailure + (Elementary.Log(success) - Elementary.Log(failure));
    }

    /// <summary>
    /// How many arms share the successes: 1 / sum of squares of their shares, from 1 to the number of arms that succeed.
    /// </summary>
    public double EffectiveSuccessArms()
    {
        double squares = 0;
        for (int o = 0; o < succeeds.Length; o++)
        {
            squares += succeeds[o] ? _shares[o] * _shares[o] : 0;
        }

        return 1 / squares;
    }
}

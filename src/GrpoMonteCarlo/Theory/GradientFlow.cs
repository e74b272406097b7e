using GrpoMonteCarlo.Numerics;

namespace GrpoMonteCarlo.Theory;

/// <summary>How a gradient policy's loss estimates its KL divergence from the reference policy (theory.md section 5).</summary>
public enum KlPenalty
{
    /// <summary>The divergence itself.</summary>
    Exact,

    /// <summary>log(pi/pi_ref) as a loss, which does not regularise.</summary>
    K1,

    /// <summary>log(pi/pi_ref)^2 / 2.</summary>
    K2,

    /// <summary>r - 1 - log r, r = pi_ref/pi.</summary>
    K3,

    /// <summary>k3 times the importance ratio, with the gradient through both: on-policy the same gradient as k2, sample by sample.</summary>
    CorrectedK3,
}

/// <summary>A success probability at which the expected drift of a gradient policy is 0.</summary>
/// <param name="P">The success probability.</param>
/// <param name="Slope">The derivative by the logit of drift / (p(1-p)).</param>
public readonly record struct StationaryPoint(SuccessProbability P, double Slope)
{
    /// <summary>Whether small steps lead back: the drift falls through 0.</summary>
    public bool Stable => Slope < 0;
}

/// <summary>
/// On-policy gradient ascent of a two-class policy in the limit of small steps (theory.md section 5). The expected drift of its logit is
/// F = p(1-p) Omega(p) - beta [(1-p) b_S - p b_F], b the penalty's expected gradient by the log-probability of a success and a failure.
/// With l_S = log(p/p_ref), l_F = log((1-p)/(1-p_ref)): b_S = f_S l_S for exact, k2 and corrected k3, f_S (1 - p_ref/p) for k3 and f_S
/// for k1, where f_S = p, or p(1-p^(G-1)) if degenerate groups are masked; b_F likewise.
/// </summary>
public sealed class GradientFlow
{
    private readonly Omega _omega;
    private readonly KlPenalty _penalty;
    private readonly SuccessProbability _reference;
    private readonly double _beta;
    private readonly int? _maskedGroupSize;
    private readonly Lazy<IReadOnlyList<StationaryPoint>> _stationary;

    /// <param name="omega">Omega of the advantage rule, of a population or of a finite group.</param>
    /// <param name="penalty">The KL estimator in the loss.</param>
    /// <param name="reference">p_ref, the reference policy's success probability.</param>
    /// <param name="beta">KL strength, at least 0; 0 for no penalty.</param>
    /// <param name="maskedGroupSize">
    /// G, if rollouts of degenerate groups carry no penalty either; null if they do, and for a population, which has no such groups. The
    /// exact divergence is not sampled, so nothing is masked.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">beta is negative, or G below 2.</exception>
    public GradientFlow(Omega omega, KlPenalty penalty, SuccessProbability reference, double beta, int? maskedGroupSize = null)
    {
        ArgumentNullException.ThrowIfNull(omega);
        ArgumentOutOfRangeException.ThrowIfNegative(beta);
        ArgumentOutOfRangeException.ThrowIfLessThan(maskedGroupSize ?? 2, 2, nameof(maskedGroupSize));
        _omega = omega;
        _penalty = penalty;
        _reference = reference;
        _beta = beta;
        _maskedGroupSize = penalty == KlPenalty.Exact ? null : maskedGroupSize;
        _stationary = new Lazy<IReadOnlyList<StationaryPoint>>(Search);
    }

    // Without a penalty, or with one whose gradient is 0 on average, nothing holds the policy back.
    private bool IsFree => _beta == 0 || (_penalty == KlPenalty.K1 && _maskedGroupSize is null);

    /// <summary>All points inside (0, 1) where the drift is 0, in rising order.</summary>
    public IReadOnlyList<StationaryPoint> StationaryPoints => _stationary.Value;

    /// <summary>F, the expected drift of the logit per unit of step size; 0 at p = 0 and p = 1.</summary>
    public double DriftAt(SuccessProbability p)
    {
        if (double.IsInfinity(p.Logit))
        {
            return 0;
        }

        double v = p.Variance;
        double drift = v == 0 ? 0 : v * _omega.At(p);
        if (IsFree)
        {
            return drift;
        }

        if (_penalty != KlPenalty.K3)
        {
            return drift - (v == 0 ? 0 : _beta * v * Pull(p).Value);
        }

        // (1-p) b_S - p b_F = (p - p_ref) ((1-p) f_S/p + p f_F/(1-p)), which does not vanish with p(1-p).
        double apart = p.Logit < 0 ? p.P - _reference.P : _reference.OneMinusP - p.OneMinusP;
        return drift - (_beta * apart * ((p.OneMinusP * Carried(p.LogP)) + (p.P * Carried(p.LogOneMinusP))));
    }

    /// <summary>Where the flow from a start ends: the next stationary point in the drift's direction, or p = 0 or 1.</summary>
    public SuccessProbability EndFrom(SuccessProbability start)
    {
        if (double.IsInfinity(start.Logit))
        {
            return start;
        }

        double excess = At(start.Logit).Excess;
        if (excess == 0)
        {
            return start;
        }

        double end = excess > 0
            ? StationaryPoints.Select(point => point.P.Logit).FirstOrDefault(logit => logit >= start.Logit, double.PositiveInfinity)
            : StationaryPoints.Select(point => point.P.Logit).LastOrDefault(logit => logit <= start.Logit, double.NegativeInfinity);
        return SuccessProbability.FromLogit(end);
    }

    /// <summary>The derivative by the logit of drift / (p(1-p)).</summary>
    internal double SlopeAt(SuccessProbability p) => At(p.Logit).Slope;

    private StationaryPoint[] Search()
    {
        if (IsFree || (_penalty is not (KlPenalty.K1 or KlPenalty.K3) && double.IsInfinity(_reference.Logit)))
        {
            return [];
        }

        // Beyond the tail Omega and the penalty only go their way; for k1 both stand still there.
        double tail = Math.Max(_omega.TailLogit, 45 + Elementary.Log(_maskedGroupSize ?? 1));

        // All penalties but k1 push upwards below p_ref, as Omega does, and at least half as strongly as -l_F downwards above it if p > 1/2.
        double lowest = _penalty == KlPenalty.K1 ? double.NegativeInfinity : _reference.Logit;
        double largest = _omega.LargestFrom(lowest);
        double highest = _penalty == KlPenalty.K1 || double.IsInfinity(largest)
            ? double.PositiveInfinity
            : Math.Min(Math.Max(0, lowest) + 2 + (2 * largest / _beta), double.MaxValue);

        var search = new RootSearch(At);
        if (double.IsFinite(lowest))
        {
            search.Next(At(lowest));
        }

        int last = (int)(tail * RootSearch.StepsPerLogit) + 1;
        for (int i = -last; i <= last; i++)
        {
            double logit = (double)i / RootSearch.StepsPerLogit;
            if (logit > lowest && logit < highest)
            {
                search.Next(At(logit));
            }
        }

        if (double.IsFinite(highest))
        {
            search.Next(At(highest));
        }

        return [.. search.Roots.Select(logit => new StationaryPoint(SuccessProbability.FromLogit(logit), At(logit).Slope))];
    }

    // F / (p(1-p)) = Omega - beta pull, and its derivative by the logit. Where k3 is infinite it outweighs any Omega.
    private RootSearch.Sample At(double logit)
    {
        var p = SuccessProbability.FromLogit(logit);
        double omega = _omega.At(p);
        double omegaSlope = _omega.LogitDerivativeAt(p);
        if (IsFree)
        {
            return new RootSearch.Sample(logit, omega, omegaSlope);
        }

        (double pull, double pullSlope) = Pull(p);
        return new RootSearch.Sample(
            logit, double.IsInfinity(pull) ? -pull : omega - (_beta * pull), omegaSlope - (_beta * pullSlope));
    }

    // [(1-p) b_S - p b_F] / (p(1-p)) = u_S c_S - u_F c_F, where u = f_S/p is the share of the successes that carry the penalty and c their
    // gradient, and its derivative by the logit.
    private (double Value, double Slope) Pull(SuccessProbability p)
    {
        bool isLog = _penalty is not (KlPenalty.K1 or KlPenalty.K3);
        if (isLog && (_maskedGroupSize is null || double.IsInfinity(_reference.Logit)))
        {
            return (p.Logit - _reference.Logit, 1);
        }

        double success = p.LogP - _reference.LogP;
        double failure = p.LogOneMinusP - _reference.LogOneMinusP;
        double successSlope = p.OneMinusP;
        double failureSlope = -p.P;
        if (_penalty == KlPenalty.K1)
        {
            (success, successSlope, failure, failureSlope) = (1, 0, 1, 0);
        }
        else if (_penalty == KlPenalty.K3)
        {
            double successRatio = Elementary.Exp(-success);
            double failureRatio = Elementary.Exp(-failure);
            (success, successSlope) = (1 - successRatio, successRatio * successSlope);
            (failure, failureSlope) = (1 - failureRatio, failureRatio * failureSlope);
        }

        double carriedSuccess = Carried(p.LogP);
        double carriedFailure = Carried(p.LogOneMinusP);
        double others = (_maskedGroupSize ?? 1) - 1;
        double carriedSuccessSlope = -others * Elementary.Exp(others * p.LogP) * p.OneMinusP;
        double carriedFailureSlope = others * Elementary.Exp(others * p.LogOneMinusP) * p.P;
        return (
            (carriedSuccess * success) - (carriedFailure * failure),
            (carriedSuccessSlope * success) + (carriedSuccess * successSlope)
                - (carriedFailureSlope * failure) - (carriedFailure * failureSlope));
    }

    // 1-p^(G-1): the chance that the rest of a rollout's group is not all like it; 1 if nothing is masked.
    private double Carried(double logChance) => _maskedGroupSize is int g ? Complement.OfExp((g - 1) * logChance) : 1;
}

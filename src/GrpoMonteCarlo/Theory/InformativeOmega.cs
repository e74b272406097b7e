using GrpoMonteCarlo.Numerics;

namespace GrpoMonteCarlo.Theory;

/// <summary>
/// Omega of the estimators that average over informative groups only, those with 0 &lt; K &lt; G (theory.md section 5): of n groups
/// drawn at least one is informative with chance 1-(1-q)^n, q = 1-p^G-(1-p)^G, and each informative one has mean Omega_G/q; the step is
/// 0 if there is none. n = M is <c>drop-degenerate</c>; n = the cap on groups drawn is <c>dynamic-sampling</c>. It holds for every p in
/// [0, 1]; at the edges it is n Omega_G.
/// </summary>
public sealed class InformativeOmega : Omega
{
    private readonly FiniteGroupOmega _omega;
    private readonly double _attempts;

    /// <param name="omega">Omega_G of the advantage rule.</param>
    /// <param name="attempts">n, the most groups drawn for one update: at least 1 and finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">n is below 1 or not finite.</exception>
    public InformativeOmega(FiniteGroupOmega omega, double attempts)
    {
        ArgumentNullException.ThrowIfNull(omega);
        if (!(attempts >= 1 && double.IsFinite(attempts)))
        {
            throw new ArgumentOutOfRangeException(nameof(attempts), attempts, "At least one group is drawn, and not without end.");
        }

        _omega = omega;
        _attempts = attempts;

        // Beyond this, even n G p is nothing beside 1.
        TailLogit = omega.TailLogit + Elementary.Log(attempts);
    }

    internal override double TailLogit { get; }

    /// <inheritdoc/>
    public override double At(SuccessProbability p)
    {
        double q = Informative(p);
        return _omega.At(p) * Ratio(q, LogDegenerate(q));
    }

    /// <inheritdoc/>
    public override double LogitDerivativeAt(SuccessProbability p)
    {
        double q = Informative(p);
        double x = LogDegenerate(q);
        double ratio = Ratio(q, x);
        double slope = _omega.LogitDerivativeAt(p) * ratio;
        if (q == 0)
        {
            return slope;
        }

        int g = _omega.GroupSize;
        double onlyFailuresElse = Elementary.Exp((g - 1) * p.LogOneMinusP);
        double onlySuccessesElse = Elementary.Exp((g - 1) * p.LogP);
        double logitSlopeOfLogQ = g * p.Variance / q * (onlyFailuresElse - onlySuccessesElse);
        return slope + (_omega.At(p) * logitSlopeOfLogQ * RatioSlope(q, x, ratio));
    }

    /// <inheritdoc/>
    public override double SecondLogitDerivativeAt(SuccessProbability p)
    {
        double q = Informative(p);
        double x = LogDegenerate(q);
        double ratio = Ratio(q, x);
        double curvature = _omega.SecondLogitDerivativeAt(p) * ratio;
        if (q == 0 || _attempts == 1)
        {
            return curvature;
        }

        // With R(q) the ratio: Omega'' R + 2 Omega' R' + Omega R'', where R' = (q R_q) q'/q and R'' = (q^2 R_qq) (q'/q)^2 + (q R_q) q''/q.
        int g = _omega.GroupSize;
        double perQ = g * p.Variance / q;
        double onlyFailuresElse = Elementary.Exp((g - 1) * p.LogOneMinusP);
        double onlySuccessesElse = Elementary.Exp((g - 1) * p.LogP);
        double difference = onlyFailuresElse - onlySuccessesElse;
        double first = perQ * difference;
        double second = perQ
            * (((p.OneMinusP - p.P) * difference) - ((g - 1) * ((p.P * onlyFailuresElse) + (p.OneMinusP * onlySuccessesElse))));
        double slope = RatioSlope(q, x, ratio);
        double almostNone = _attempts == 2 ? 1 : Elementary.Exp(-(_attempts - 2) * x); // (1-q)^(n-2)
        double bend = (-_attempts * (_attempts - 1) * q * almostNone) - (2 * slope);
        return curvature + (2 * _omega.LogitDerivativeAt(p) * first * slope) + (_omega.At(p) * ((bend * first * first) + (slope * second)));
    }

    /// <summary>n times the largest Omega_G: an upper bound, reached at the edges if Omega_G is largest there.</summary>
    public override double LargestFrom(double logit) => _attempts * _omega.LargestFrom(logit);

    // q; its rounding must not carry it beyond 1.
    private double Informative(SuccessProbability p) => Math.Min(1, _omega.MomentsAt(p.P, p.OneMinusP).Informative);

    /// <summary>-log(1-q).</summary>
    internal static double LogDegenerate(double q) => q <= 0.25 ? -Elementary.LogOnePlus(-q) : -Elementary.Log(1 - q);

    // (1-(1-q)^n) / q, x = -log(1-q); n at q = 0.
    private double Ratio(double q, double x) => q == 0 ? _attempts : Complement.OfExp(-_attempts * x) / q;

    // q times the ratio's derivative by q: n (1-q)^(n-1) - ratio = -(1-q)^n/q sum_{k>=2} (n^k - n) x^k/k!, which does not cancel.
    private double RatioSlope(double q, double x, double ratio)
    {
        double y = _attempts * x;
        if (_attempts == 1)
        {
            return 0;
        }

        if (y > 1)
        {
            return (_attempts * Elementary.Exp(-(_attempts - 1) * x)) - ratio;
        }

        double sum = 0; // of (n^k - n) x^(k-1)/k!
        double many = _attempts;
        double one = _attempts;
        for (int k = 2; k <= 20; k++)
        {
            many *= y / k;
            one *= x / k;
            sum += many - one;
        }

        return -Elementary.Exp(-y) * sum * (x / q);
    }
}

using GrpoMonteCarlo.Numerics;

namespace GrpoMonteCarlo.Theory;

/// <summary>
/// How an update of M groups of G rollouts fluctuates about a stable fixed point for good: the stationary solution of the recursions of
/// theory.md section 6. With L_n = f(L_{n-1}) + noise, the variance of L is to first order Var(noise) / (1 - f'^2), and to second order
/// the noise shifts the mean of L by delta = (f'' V / 2) / (1 - f'), since the map is curved. All are proportional to 1/M. Good while
/// the standard deviation of L stays below about 0.1 and well below the distance to the next fixed point. Derivatives and the variance of
/// a step are exact sums over Binomial(G, p), at any p and not at a fixed point only.
/// </summary>
/// <param name="P">p*, the fixed point of the finite group's map.</param>
/// <param name="Derivative">f' at it, the derivative by the logit.</param>
/// <param name="Curvature">f'' at it, the second derivative by the logit.</param>
/// <param name="StepVariance">Variance of what one update adds to L, given the policy.</param>
public sealed record StationaryFluctuations(SuccessProbability P, double Derivative, double Curvature, double StepVariance)
{
    /// <summary>Whether deviations die out, |f'| &lt; 1. Without that nothing below has a meaning.</summary>
    public bool Stable => Math.Abs(Derivative) < 1;

    /// <summary>V, the variance of L over replicates; infinite or negative if not <see cref="Stable"/>.</summary>
    public double LogitVariance => StepVariance / ((1 - Derivative) * (1 + Derivative));

    /// <summary>delta, by how much the mean of L differs from the fixed point.</summary>
    public double LogitShift => Curvature * LogitVariance / 2 / (1 - Derivative);

    /// <summary>The standard deviation of p over replicates, p' sqrt(V), p' = p(1-p).</summary>
    public double Spread => P.Variance * Math.Sqrt(LogitVariance);

    /// <summary>By how much the mean of p differs from p*: p' delta + p'' V / 2, p'' = p(1-p)(1-2p).</summary>
    public double Shift => P.Variance * (LogitShift + ((P.OneMinusP - P.P) * LogitVariance / 2));

    /// <summary>
    /// Of the exact update: f = alpha L_ref + (1-alpha) L + Omega_G/beta, and its noise is Var(phi(K)) / (M p^2 (1-p)^2 beta^2), that of
    /// the <c>importance</c> estimator.
    /// </summary>
    /// <param name="recurrence">A recurrence of a finite group.</param>
    /// <param name="fixedPoint">One of its fixed points, inside (0, 1).</param>
    /// <param name="groups">M, groups an update, at least 1.</param>
    /// <exception cref="ArgumentException">The recurrence is not of a finite group.</exception>
    public static StationaryFluctuations Of(Recurrence recurrence, SuccessProbability fixedPoint, long groups)
    {
        ArgumentNullException.ThrowIfNull(recurrence);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(groups);
        if (recurrence.Omega is not FiniteGroupOmega omega)
        {
            throw new ArgumentException("A population does not fluctuate: the recurrence must be of a finite group.", nameof(recurrence));
        }

        double scale = fixedPoint.Variance * recurrence.Beta;
        double noise = omega.MomentsAt(fixedPoint.P, fixedPoint.OneMinusP).VariancePhi / scale / scale / groups;
        return new StationaryFluctuations(
            fixedPoint, recurrence.DerivativeAt(fixedPoint), omega.SecondLogitDerivativeAt(fixedPoint) / recurrence.Beta, noise);
    }

    /// <summary>
    /// Of gradient ascent on two softmax logits, one on-policy step of size eta an update: f = L + 2 eta F, F the drift of
    /// <see cref="GradientFlow"/>, and a group adds 2 eta X to L with X(K) = phi(K) - beta ((1-p) c_S K/G - p c_F (1-K/G)), c the penalty's
    /// gradient by the log-probability of a success and a failure (the exact divergence is not sampled: X = phi). So the noise is
    /// 4 eta^2 Var(X) / M. With E = F/v, v = p(1-p), F' = v ((1-2p) E + E') and F'' = v (((1-2p)^2 - 2v) E + 2 (1-2p) E' + E''); at the
    /// fixed point E is 0.
    /// </summary>
    /// <param name="omega">Omega of a finite group.</param>
    /// <param name="penalty">The KL estimator in the loss, but k1, which has no fixed point.</param>
    /// <param name="reference">p_ref.</param>
    /// <param name="beta">KL strength, positive.</param>
    /// <param name="learningRate">eta, positive.</param>
    /// <param name="fixedPoint">A stationary point of the flow, inside (0, 1).</param>
    /// <param name="groups">M, groups an update, at least 1.</param>
    /// <exception cref="ArgumentException">The penalty is k1.</exception>
    public static StationaryFluctuations OfGradient(
        FiniteGroupOmega omega,
        KlPenalty penalty,
        SuccessProbability reference,
        double beta,
        double learningRate,
        SuccessProbability fixedPoint,
        long groups)
    {
        ArgumentNullException.ThrowIfNull(omega);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(groups);
        (double success, double failure) = penalty switch
        {
            KlPenalty.K1 => throw new ArgumentException("k1 in the loss does not regularise: there is no fixed point.", nameof(penalty)),
            KlPenalty.Exact => (0.0, 0.0),
            KlPenalty.K3 => (1 - Elementary.Exp(reference.LogP - fixedPoint.LogP), 1 - Elementary.Exp(reference.LogOneMinusP - fixedPoint.LogOneMinusP)),
            _ => (fixedPoint.LogP - reference.LogP, fixedPoint.LogOneMinusP - reference.LogOneMinusP),
        };

        int g = omega.GroupSize;
        double pull = beta * ((fixedPoint.OneMinusP * success) + (fixedPoint.P * failure));
        double[] adds = [.. omega.Phi.Select((phi, k) => phi - (pull * k / g))];
        double variance = new BinomialSpread([.. adds.Select(_ => 1.0)], adds).At(fixedPoint.P, fixedPoint.OneMinusP).Variance;

        (double pullValue, double pullSlope, double pullCurvature) = PullAt(penalty, reference, fixedPoint);
        double excess = omega.At(fixedPoint) - (beta * pullValue);
        double slope = omega.LogitDerivativeAt(fixedPoint) - (beta * pullSlope);
        double curvature = omega.SecondLogitDerivativeAt(fixedPoint) - (beta * pullCurvature);
        double step = 2 * learningRate;
        double v = fixedPoint.Variance;
        double skew = fixedPoint.OneMinusP - fixedPoint.P;
        return new StationaryFluctuations(
            fixedPoint,
            1 + (step * v * ((skew * excess) + slope)),
            step * v * ((((skew * skew) - (2 * v)) * excess) + (2 * skew * slope) + curvature),
            step * step * variance / groups);
    }

    // [(1-p) b_S - p b_F] / v and its derivatives by the logit: of L - L_ref, or for k3 of (1-p_ref)/(1-p) - p_ref/p.
    private static (double Value, double Slope, double Curvature) PullAt(KlPenalty penalty, SuccessProbability reference, SuccessProbability p)
    {
        if (penalty != KlPenalty.K3)
        {
            return (p.Logit - reference.Logit, 1, 0);
        }

        // p_ref/p = p_ref + p_ref e^-L, and likewise of the failures: their difference without the constants' cancellation at p_ref.
        double success = reference.P * Elementary.Exp(-p.Logit);
        double failure = reference.OneMinusP * Elementary.Exp(p.Logit);
        return (failure - success + (reference.OneMinusP - reference.P), success + failure, failure - success);
    }
}

using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace GrpoMonteCarlo.Tests.Theory;

/// <summary>The paper's claims (theory.md section 3), each shown on policies over arms by means that do not use it.</summary>
public class IdentityTests
{
    private const double Epsilon = 1e-5;
    private const double Beta = 0.8;

    // Five arms, the first two successes.
    private static readonly double[] Reference = [0.1, 0.2, 0.4, 0.25, 0.05];

    // A new policy whose ratios to it lie on both sides of every clip, for successes and for failures.
    private static readonly double[] Moved = Normalised([0.1 * 1.6, 0.2 * 0.7, 0.4 * 0.6, 0.25 * 1.5, 0.05]);

    private static AdvantageRule Grpo => AdvantageRule.Named[0];

    /// <summary>Paper section 2: GRPO's objective is a contrastive loss, whose weights omega+ and omega- depend on p alone.</summary>
    [Theory]
    [InlineData("grpo")]
    [InlineData("maxrl")]
    public void The_objective_is_a_contrastive_loss(string ruleName)
    {
        (double plus, double minus) = Weights(ruleName, Reference);
        double expected = ExpectedObjective(ruleName, Moved, double.PositiveInfinity);
        Assert.Equal((plus * Success(Moved)) - (minus * Failure(Moved)), expected, 1e-14);
    }

    /// <summary>
    /// Paper section 2 with clipping: omega+ E_old[min(rho, 1+c) 1{r=1}] - omega- E_old[max(rho, 1-c) 1{r=0}]. The paper's text swaps
    /// the two bounds (theory.md section 8), which is another number.
    /// </summary>
    [Theory]
    [InlineData("grpo", 0.2)]
    [InlineData("grpo", 0.05)]
    [InlineData("rloo", 0.2)]
    public void The_clipped_objective_is_a_clipped_contrastive_loss(string ruleName, double clip)
    {
        (double plus, double minus) = Weights(ruleName, Reference);
        double expected = ExpectedObjective(ruleName, Moved, clip);
        Assert.NotEqual(ExpectedObjective(ruleName, Moved, double.PositiveInfinity), expected, 1e-4); // the clip bites
        Assert.Equal(Contrast(1 + clip, 1 - clip), expected, 1e-14);
        Assert.NotEqual(Contrast(1 - clip, 1 + clip), expected, 1e-4);

        double Contrast(double most, double least) => Enumerable.Range(0, 5).Sum(arm =>
        {
            double rho = Moved[arm] / Reference[arm];
            return Reference[arm] * (IsSuccess(arm) ? plus * Math.Min(rho, most) : -minus * Math.Max(rho, least));
        });
    }

    /// <summary>
    /// Paper, the closed-form policy: anchor(o) exp(A(o)/beta), normalised, maximises the expected objective minus beta KL, under each
    /// anchor; and its success probability is the recurrence's. An optimiser that knows only the objective finds the same policy.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    [InlineData(0.4)]
    public void The_closed_form_policy_is_the_maximiser(double alpha)
    {
        double[] previous = Next(Reference, Reference, 1);
        (double plus, double minus) = Weights("grpo", previous);

        // Softmax logits of four arms; the fifth's is 0.
        IObjectiveFunction objective = ObjectiveFunction.Gradient(
            theta => -Value(Softmax(theta)),
            theta =>
            {
                double[] policy = Softmax(theta);
                double[] slopes = [.. Enumerable.Range(0, 5).Select(arm => SlopeAt(policy, arm))];
                double mean = policy.Zip(slopes, (chance, slope) => chance * slope).Sum();
                return Vector<double>.Build.Dense(4, arm => -policy[arm] * (slopes[arm] - mean));
            });
        double[] found = Softmax(new BfgsMinimizer(1e-10, 1e-12, 1e-15, 1000).FindMinimum(objective, Vector<double>.Build.Dense(4)).MinimizingPoint);

        double[] closed = Next(Reference, previous, alpha);
        Assert.All(Enumerable.Range(0, 5), arm => Assert.Equal(closed[arm], found[arm], 1e-6));
        Assert.True(Value(closed) >= Value(found) - 1e-15);
        var recurrence = new Recurrence(Grpo.FiniteGroup(8, Epsilon), alpha, SuccessProbability.FromP(Success(Reference)), Beta);
        Assert.Equal(recurrence.Next(SuccessProbability.FromP(Success(previous))).P, Success(closed), 1e-14);

        double Value(double[] policy) =>
            Enumerable.Range(0, 5).Sum(arm => policy[arm] * (IsSuccess(arm) ? plus : -minus))
                - (Beta * ((alpha * Divergence(policy, Reference)) + ((1 - alpha) * Divergence(policy, previous))));

        double SlopeAt(double[] policy, int arm) => (IsSuccess(arm) ? plus : -minus)
            - (Beta * (1 + Math.Log(policy[arm]) - (alpha * Math.Log(Reference[arm])) - ((1 - alpha) * Math.Log(previous[arm]))));

        static double[] Softmax(Vector<double> theta) => Normalised([.. theta.Select(Math.Exp), 1]);

        static double Divergence(double[] policy, double[] other) =>
            policy.Zip(other, (chance, anchor) => chance * Math.Log(chance / anchor)).Sum();
    }

    /// <summary>Paper, amplification: every fixed point lies above p_ref, for populations and for finite groups.</summary>
    [Fact]
    public void Every_fixed_point_amplifies()
    {
        foreach (AdvantageRule rule in AdvantageRule.Named)
        {
            foreach (Omega omega in new Omega[] { rule.Population(Epsilon)!, rule.FiniteGroup(2, Epsilon), rule.FiniteGroup(16, Epsilon) })
            {
                var search = new FixedPoints(omega);
                foreach (double alpha in new[] { 1, 0.3 })
                {
                    foreach (double beta in new[] { 0.01, 0.5, 1, 10 })
                    {
                        foreach (double reference in new[] { 1e-6, 0.01, 0.2, 0.5, 0.9, 0.999 })
                        {
                            var recurrence = new Recurrence(omega, alpha, SuccessProbability.FromP(reference), beta);
                            IReadOnlyList<FixedPoint> points = search.Of(recurrence);
                            Assert.NotEmpty(points);
                            Assert.All(points, point =>
                            {
                                Assert.True(point.P.Logit > recurrence.Reference.Logit);
                                double size = Math.Max(1, Math.Abs(point.P.Logit)) * Math.Max(1, Math.Abs(point.Derivative));
                                Assert.Equal(point.P.Logit, recurrence.Next(point.P).Logit, 1e-13 * size);
                            });
                        }
                    }
                }
            }
        }
    }

    /// <summary>Paper, mirror anchor: p_n rises to 1 for every 0 &lt; p_ref &lt; 1.</summary>
    [Theory]
    [InlineData(1e-6)]
    [InlineData(0.2)]
    [InlineData(0.99)]
    public void The_mirror_anchor_rises_to_one(double start)
    {
        foreach (AdvantageRule rule in AdvantageRule.Named)
        {
            foreach (Omega omega in new Omega[] { rule.Population(Epsilon)!, rule.FiniteGroup(16, Epsilon) })
            {
                var reference = SuccessProbability.FromP(start);
                SuccessProbability[] iterates = new Recurrence(omega, 0, reference, 2).Iterate(reference, 200);
                Assert.All(iterates.Zip(iterates[1..]), pair => Assert.True(pair.Second.Logit > pair.First.Logit));
                Assert.True(iterates[^1].OneMinusP < 1e-12);
            }
        }
    }

    /// <summary>Paper, two KL with a constant Omega: L_n - L* shrinks by 1-alpha a step, L* = L_ref + Omega/(alpha beta).</summary>
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void Two_kl_contract_dr_grpo(double alpha)
    {
        var reference = SuccessProbability.FromP(0.2);
        foreach (Omega omega in new Omega[] { PopulationOmega.Constant(), AdvantageRule.Named[2].FiniteGroup(8, 0) })
        {
            var recurrence = new Recurrence(omega, alpha, reference, Beta);
            double limit = reference.Logit + (omega.At(reference) / (alpha * Beta));
            SuccessProbability[] iterates = recurrence.Iterate(SuccessProbability.FromP(0.01), 20);
            for (int n = 1; n <= 20; n++)
            {
                Assert.Equal((1 - alpha) * (iterates[n - 1].Logit - limit), iterates[n].Logit - limit, 1e-13);
            }

            FixedPoint only = Assert.Single(new FixedPoints(omega).Of(recurrence));
            Assert.Equal(limit, only.P.Logit, 1e-13);
            Assert.Equal(1 - alpha, only.Derivative, 1e-14);
        }
    }

    /// <summary>Theory.md section 3: exact updates from pi_ref only tilt by the reward, so the Renyi correction of two KL is 0.</summary>
    [Fact]
    public void The_renyi_correction_of_exact_updates_is_zero()
    {
        const double Alpha = 0.4;
        var recurrence = new Recurrence(Grpo.FiniteGroup(8, Epsilon), Alpha, SuccessProbability.FromP(Success(Reference)), Beta);
        SuccessProbability[] iterates = recurrence.Iterate(recurrence.Reference, 6);
        double[] policy = Reference;
        for (int n = 1; n <= 6; n++)
        {
            Assert.Equal(0, RenyiCorrection(policy, Alpha), 1e-14);
            policy = Next(Reference, policy, Alpha);
            Assert.Equal(iterates[n].Logit, Math.Log(Success(policy) / Failure(policy)), 1e-12);
        }
    }

    /// <summary>
    /// Paper, two KL: with arms moved one by one the Renyi correction is not 0, and with it the mixed recurrence still holds exactly.
    /// </summary>
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.4)]
    [InlineData(0.9)]
    public void The_renyi_correction_of_perturbed_arms_completes_the_recurrence(double alpha)
    {
        for (int seed = 1; seed <= 5; seed++)
        {
            double[] previous = Perturbed(Reference, seed);
            double[] next = Next(Reference, previous, alpha);
            double correction = RenyiCorrection(previous, alpha);
            Assert.NotInRange(correction, -1e-4, 1e-4);
            var recurrence = new Recurrence(Grpo.FiniteGroup(8, Epsilon), alpha, SuccessProbability.FromP(Success(Reference)), Beta);
            double without = recurrence.Next(SuccessProbability.FromP(Success(previous))).Logit;
            Assert.Equal(without + correction, Math.Log(Success(next) / Failure(next)), 1e-13);
        }
    }

    private static bool IsSuccess(int arm) => arm < 2;

    private static double Success(double[] policy) => policy[0] + policy[1];

    private static double Failure(double[] policy) => policy[2] + policy[3] + policy[4];

    private static double[] Normalised(double[] weights)
    {
        double total = weights.Sum();
        return [.. weights.Select(weight => weight / total)];
    }

    private static double[] Perturbed(double[] policy, int seed)
    {
        var random = new System.Random(seed);
        return Normalised([.. policy.Select(chance => chance * Math.Exp(random.NextDouble() - 0.5))]);
    }

    // omega+ = (1-p) Omega_G(p) and omega- = p Omega_G(p), G = 8.
    private static (double Plus, double Minus) Weights(string ruleName, double[] old)
    {
        double p = Success(old);
        double omega = AdvantageRule.Named.Single(rule => rule.Name == ruleName).FiniteGroup(8, Epsilon).At(SuccessProbability.FromP(p));
        return ((1 - p) * omega, p * omega);
    }

    // E_old[min(rho A, clip(rho, 1-c, 1+c) A)] over one rollout's arm and the successes among the other seven of its group.
    private static double ExpectedObjective(string ruleName, double[] policy, double clip)
    {
        const int G = 8;
        IReadOnlyList<double> scale = AdvantageRule.Named.Single(rule => rule.Name == ruleName).Scale(G, Epsilon);
        double p = Success(Reference);
        double objective = 0;
        for (int arm = 0; arm < 5; arm++)
        {
            double rho = policy[arm] / Reference[arm];
            for (int others = 0; others < G; others++)
            {
                double ways = Enumerable.Range(0, others).Aggregate(1.0, (c, i) => c * (G - 1 - i) / (i + 1));
                double chance = ways * Math.Pow(p, others) * Math.Pow(1 - p, G - 1 - others);
                int k = others + (IsSuccess(arm) ? 1 : 0);
                double advantage = ((IsSuccess(arm) ? 1 : 0) - ((double)k / G)) * scale[k];
                objective += Reference[arm] * chance * Math.Min(rho * advantage, Math.Clamp(rho, 1 - clip, 1 + clip) * advantage);
            }
        }

        return objective;
    }

    // The closed-form update: anchor(o) exp(A(o)/beta), the anchor pi_ref^alpha pi_{n-1}^(1-alpha).
    private static double[] Next(double[] reference, double[] previous, double alpha)
    {
        (double plus, double minus) = Weights("grpo", previous);
        return Normalised(
        [
            .. Enumerable.Range(0, 5).Select(arm => Math.Pow(reference[arm], alpha) * Math.Pow(previous[arm], 1 - alpha)
                * Math.Exp((IsSuccess(arm) ? plus : -minus) / Beta)),
        ]);
    }

    // Delta_R = (1-alpha) [D_alpha(ref_F || pi_F) - D_alpha(ref_S || pi_S)].
    private static double RenyiCorrection(double[] policy, double alpha)
    {
        return (1 - alpha) * (Divergence(2..5) - Divergence(0..2));

        double Divergence(Range arms)
        {
            double[] reference = Normalised(Reference[arms]);
            double[] conditioned = Normalised(policy[arms]);
            return Math.Log(reference.Zip(conditioned, (r, c) => Math.Pow(r, alpha) * Math.Pow(c, 1 - alpha)).Sum()) / (alpha - 1);
        }
    }
}

using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Random;
using GrpoMonteCarlo.Tests.Experiments;
using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Tests.Theory;

/// <summary>The exact law of L_n: against a million simulated trajectories, against its own atoms, and where it is known.</summary>
public class LogitLawTests
{
    private const int Replicates = 1_000_000;

    // What a Kolmogorov-Smirnov distance of a million exceeds with the chance of 5 sigma: 2 exp(-2 R D^2) = 5.7e-7.
    private const double LargestDistance = 2.745e-3;

    [Theory]
    [InlineData(16, 64, 0.2, 1, "\"reference\"", "grpo", 6)]
    [InlineData(16, 64, 0.1, 5, "\"previous\"", "grpo", 8)]
    [InlineData(8, 256, 0.3, 1.5, "{ \"mixed\": 0.5 }", "grpo", 6)]
    [InlineData(32, 32, 0.2, 1.5, "\"reference\"", "grpo-sample-std", 6)]
    [InlineData(64, 256, 0.3, 2, "{ \"mixed\": 0.2 }", "grpo", 5)]
    [InlineData(16, 1024, 0.3, 2, "\"reference\"", "grpo", 5)]
    public void Where_it_is_smooth_a_million_trajectories_follow_it(int g, int m, double pRef, double beta, string anchor, string advantage, int iterations)
    {
        AssertDistances(Simulate(g, m, pRef, beta, anchor, advantage, iterations, pRef), iterations);
    }

    [Theory]
    [InlineData(16, 64, 0.2, 1, "\"reference\"", "grpo", 6, 0.1, 0.05)]
    [InlineData(8, 256, 0.3, 1.5, "{ \"mixed\": 0.5 }", "grpo", 6, 0, 0.2)]
    [InlineData(32, 32, 0.2, 1.5, "\"reference\"", "grpo-sample-std", 5, 0.2, 0)]
    [InlineData(16, 64, 0.7, 2, "\"previous\"", "grpo", 5, 0.1, 0.1)]
    [InlineData(8, 128, 0.3, 1, "\"reference\"", "maxrl", 5, 0.05, 0.1)]
    public void So_they_do_with_a_noisy_verifier(
        int g, int m, double pRef, double beta, string anchor, string advantage, int iterations, double falsePositive, double falseNegative) =>
        AssertDistances(Simulate(g, m, pRef, beta, anchor, advantage, iterations, pRef, Noise(falsePositive, falseNegative)), iterations);

    [Theory]
    [InlineData(16, 256, 0.3, 1.5, "\"reference\"", "grpo", 5, 0.01)]
    [InlineData(8, 1024, 0.4, 2, "{ \"mixed\": 0.5 }", "grpo", 5, 0.05)]
    [InlineData(16, 64, 0.3, 2, "\"reference\"", "maxrl", 5, 1e-4)]
    public void So_they_do_with_the_plug_in(int g, int m, double pRef, double beta, string anchor, string advantage, int iterations, double epsilon) =>
        AssertDistances(Simulate(g, m, pRef, beta, anchor, advantage, iterations, pRef, PlugIn(epsilon)), iterations);

    private static void AssertDistances((Cell Cell, double[][] Logits) simulated, int iterations)
    {
        (Cell cell, double[][] logits) = simulated;
        LogitLaw law = LawOf(cell, iterations);
        for (int n = 1; n <= iterations; n++)
        {
            double[] sorted = logits[n];
            Array.Sort(sorted);
            double distance = 0;
            for (int i = 0; i < sorted.Length; i += 997)
            {
                double above = law.ProbabilityFrom(n, SuccessProbability.FromLogit(sorted[i]));
                distance = Math.Max(distance, Math.Abs(1 - above - ((double)i / sorted.Length)));
            }

            Assert.True(distance < LargestDistance, $"n {n}: distance {distance}, spacing {law.Spacing}, sd {law.LogitSd(n)}");
            AssertMoments(law, n, sorted);
        }
    }

    [Theory]
    [InlineData(2, 1, 0.3, 1, "\"reference\"", "grpo", 4)]
    [InlineData(8, 2, 0.2, 0.7, "\"previous\"", "grpo", 4)]
    [InlineData(16, 1, 0.3, 1, "{ \"mixed\": 0.3 }", "grpo", 5)]
    [InlineData(16, 16, 0.1, 0.4, "\"reference\"", "grpo", 8)]
    [InlineData(8, 16, 0.05, 1, "\"reference\"", "maxrl", 6)]
    [InlineData(4, 64, 0.05, 0.5, "\"reference\"", "dr-grpo", 6)]
    [InlineData(16, 4, 0.5, 0.4, "\"reference\"", "rloo", 6)]
    public void Where_it_has_atoms_bins_wider_than_its_error_hold_what_they_should(
        int g, int m, double pRef, double beta, string anchor, string advantage, int iterations)
    {
        AssertBetweenAtoms(Simulate(g, m, pRef, beta, anchor, advantage, iterations, pRef), iterations);
    }

    [Theory]
    [InlineData(2, 1, 0.3, 1, "\"reference\"", "grpo", 3, 0.1, 0.2)]
    [InlineData(4, 2, 0.3, 1, "{ \"mixed\": 0.5 }", "grpo", 3, 0.1, 0)]
    [InlineData(8, 4, 0.1, 0.7, "\"reference\"", "grpo", 4, 0.05, 0.05)]
    [InlineData(16, 16, 0.1, 0.4, "\"reference\"", "grpo", 6, 0, 0.1)]
    public void So_they_do_with_a_noisy_verifier_where_it_has_atoms(
        int g, int m, double pRef, double beta, string anchor, string advantage, int iterations, double falsePositive, double falseNegative) =>
        AssertBetweenAtoms(Simulate(g, m, pRef, beta, anchor, advantage, iterations, pRef, Noise(falsePositive, falseNegative)), iterations);

    [Theory]
    [InlineData(4, 2, 0.3, 2, "\"reference\"", "grpo", 3, 0.01)]
    [InlineData(8, 16, 0.3, 1, "\"reference\"", "grpo", 3, 1e-3)]
    [InlineData(16, 64, 0.2, 1, "\"reference\"", "grpo", 4, 1e-5)]
    [InlineData(16, 4, 0.2, 1, "\"reference\"", "grpo-sample-std", 4, 0.1)]
    public void So_they_do_with_the_plug_in_where_it_has_atoms(int g, int m, double pRef, double beta, string anchor, string advantage, int iterations, double epsilon) =>
        AssertBetweenAtoms(Simulate(g, m, pRef, beta, anchor, advantage, iterations, pRef, PlugIn(epsilon)), iterations);

    private static void AssertBetweenAtoms((Cell Cell, double[][] Logits) simulated, int iterations)
    {
        (Cell cell, double[][] logits) = simulated;
        LogitLaw law = LawOf(cell, iterations);
        for (int n = 1; n <= iterations; n++)
        {
            double[] sorted = logits[n];
            Array.Sort(sorted);

            // Edges lie where the law's error is small beside what chance does, in gaps of what was simulated, away from atoms.
            double width = 8 * law.Spacing;
            List<double> edges = [];
            for (int i = 1; i < sorted.Length; i++)
            {
                double middle = sorted[i - 1] + ((sorted[i] - sorted[i - 1]) / 2);
                if (sorted[i] - sorted[i - 1] > width && Math.Abs(middle) < 30 && (edges.Count == 0 || middle - edges[^1] > 4 * width)
                    && IsSharp(law, n, SuccessProbability.FromLogit(middle)))
                {
                    edges.Add(middle);
                }
            }

            AssertMoments(law, n, sorted);
            if (edges.Count > 0)
            {
                AssertBins(sorted, [.. edges], [1, .. edges.Select(edge => law.ProbabilityFrom(n, SuccessProbability.FromLogit(edge))), 0], least: 2500);
            }
        }
    }

    [Theory]
    [InlineData(4, 0.3, 1, "\"reference\"", "grpo")]
    [InlineData(8, 0.2, 2, "\"reference\"", "grpo")]
    [InlineData(8, 0.2, 2, "\"previous\"", "dr-grpo")]
    [InlineData(5, 0.4, 1, "{ \"mixed\": 0.5 }", "maxrl")]
    [InlineData(4, 0.3, 1, "\"reference\"", "grpo", 0.1, 0.2)]
    [InlineData(3, 0.6, 2, "{ \"mixed\": 0.5 }", "maxrl", 0, 0.2)]
    [InlineData(2, 0.4, 2, "\"previous\"", "dr-grpo", 0.3, 0)]
    [InlineData(4, 0.3, 1, "\"reference\"", "grpo", 0, 0, 0.01)]
    [InlineData(8, 0.2, 2, "\"reference\"", "maxrl", 0, 0, 1e-4)]
    public void With_one_group_the_enumerated_probabilities_are_those_of_the_simulation(
        int g, double pRef, double beta, string anchor, string advantage, double falsePositive = 0, double falseNegative = 0, double plugInEpsilon = 0)
    {
        const int Iterations = 4;
        string more = plugInEpsilon > 0 ? PlugIn(plugInEpsilon) : Noise(falsePositive, falseNegative);
        (Cell cell, double[][] logits) = Simulate(g, 1, pRef, beta, anchor, advantage, Iterations, pRef, more);
        var laws = LogitAtoms.Of(RecurrenceOf(cell), SuccessProbability.FromP(cell.Start), Iterations);
        for (int n = 1; n <= Iterations; n++)
        {
            Assert.Equal(1, laws[n].Sum(atom => atom.Probability), 1e-13);
            double[] sorted = logits[n];
            Array.Sort(sorted);

            // Between atoms that rounding cannot confuse.
            double[] values = [.. laws[n].Select(atom => atom.Logit)];
            double[] edges = [.. Enumerable.Range(1, values.Length - 1)
                .Where(i => values[i] - values[i - 1] > 1e-6 * Math.Max(1, Math.Abs(values[i])))
                .Select(i => values[i - 1] + ((values[i] - values[i - 1]) / 2))];
            double[] above = [1, .. edges.Select(edge => laws[n].Where(atom => atom.Logit > edge).Sum(atom => atom.Probability)), 0];
            AssertBins(sorted, edges, above, least: 25);
        }
    }

    [Theory]
    [InlineData(4, 0.3, 1.0, 1.0)]
    [InlineData(8, 0.2, 2.0, 0.5)]
    [InlineData(16, 0.1, 1.5, 0.0)]
    public void The_grid_has_the_enumerated_law(int g, double pRef, double beta, double alpha)
    {
        const int Iterations = 4;
        var recurrence = new Recurrence(AdvantageRule.Named[0].FiniteGroup(g, 1e-4), alpha, SuccessProbability.FromP(pRef), beta);
        var law = new LogitLaw(recurrence, 1, recurrence.Reference, Iterations);
        var atoms = LogitAtoms.Of(recurrence, recurrence.Reference, Iterations);
        for (int n = 0; n <= Iterations; n++)
        {
            double mean = atoms[n].Sum(atom => atom.Probability * SuccessProbability.FromLogit(atom.Logit).P);
            Assert.Equal(mean, law.Mean(n), 5e-5);
            Assert.InRange(law.Error(n), 0, 0.01);
            Assert.InRange(Math.Abs(mean - law.Mean(n)), 0, law.Error(n) + 1e-13);

            // Where no atom is near a threshold, the probability of lying above it is that of the atoms.
            foreach (double threshold in (double[])[-2.5, -1, 0, 0.7, 2, 5, 12])
            {
                if (atoms[n].All(atom => Math.Abs(atom.Logit - threshold) > 16 * law.Spacing || atom.Probability < 1e-9))
                {
                    double above = atoms[n].Where(atom => atom.Logit >= threshold).Sum(atom => atom.Probability);
                    Assert.Equal(above, law.ProbabilityFrom(n, SuccessProbability.FromLogit(threshold)), 1e-4);
                }
            }
        }
    }

    [Fact]
    public void Without_a_standard_deviation_the_mean_logit_is_the_closed_form()
    {
        // Omega_G does not depend on p there.
        var recurrence = new Recurrence(AdvantageRule.Named.Single(rule => rule.Name == "dr-grpo").FiniteGroup(16, 0), 1, SuccessProbability.FromP(0.4), 5);
        var law = new LogitLaw(recurrence, 64, recurrence.Reference, 10);
        Assert.Equal(recurrence.Reference.Logit + (15.0 / 16 / 5), law.LogitMean(10), 1e-9);
        Assert.Equal(1, law.Mean(10) + law.OneMinusMean(10), 1e-12);
        Assert.Equal(law.Quantile(10, 0.5).Logit, law.LogitMean(10), 0.1 * law.LogitSd(10));
    }

    [Fact]
    public void Small_noise_has_the_first_order_fluctuations()
    {
        var recurrence = new Recurrence(AdvantageRule.Named[0].FiniteGroup(16, 1e-4), 1, SuccessProbability.FromP(0.3), 2);
        double[] variances = Fluctuations.LogitVariances(recurrence, 4096, recurrence.Iterate(recurrence.Reference, 10));
        var law = new LogitLaw(recurrence, 4096, recurrence.Reference, 10);
        for (int n = 1; n <= 10; n++)
        {
            Assert.Equal(1, law.LogitSd(n) / Math.Sqrt(variances[n]), 1e-3);
        }
    }

    [Theory]
    [InlineData(16, 16, 0.2, 1, "\"reference\"", 0.7)]
    [InlineData(8, 16, 0.2, 5, "\"previous\"", 0.5)]
    public void First_passages_are_those_of_a_million_trajectories(int g, int m, double pRef, double beta, string anchor, double tau)
    {
        const int Iterations = 12;
        var threshold = SuccessProbability.FromP(tau);
        (Cell cell, double[][] logits) = Simulate(g, m, pRef, beta, anchor, "grpo", Iterations, pRef);
        PassageLaw passage = LawOf(cell, Iterations).PassageOf(threshold);
        bool[] reached = new bool[Replicates];
        for (int n = 0; n <= Iterations; n++)
        {
            for (int r = 0; r < Replicates; r++)
            {
                reached[r] |= logits[n][r] >= threshold.Logit;
            }

            double expected = 1 - passage.NotYet[n];
            double sigma = Math.Sqrt(expected * (1 - expected) / Replicates);
            Assert.InRange(reached.Count(yes => yes) / (double)Replicates, expected - (5 * sigma) - (3 * passage.Error(n)) - 1e-9, expected + (5 * sigma) + (3 * passage.Error(n)) + 1e-9);
            Assert.InRange(passage.Error(n), 0, 2e-3);
        }
    }

    [Fact]
    public void A_hitting_time_has_its_mean_and_quantiles()
    {
        // Two rollouts of success probability 1/2: half of the groups are informative, and one such step passes the threshold.
        var recurrence = new Recurrence(AdvantageRule.Named[0].FiniteGroup(2, 0), 1, SuccessProbability.FromP(0.5), 1);
        PassageLaw passage = new LogitLaw(recurrence, 1, recurrence.Reference, 3).PassageOf(SuccessProbability.FromLogit(1.5));
        Assert.Equal(2, passage.Mean(), 1e-9);
        Assert.Equal([1, 0.5, 0.25, 0.125], passage.NotYet.Select(left => Math.Round(left, 12)));
        Assert.Equal(1, passage.Quantile(0.4));
        Assert.Equal(7, passage.Quantile(0.99));
        Assert.Equal(double.PositiveInfinity, new LogitLaw(recurrence, 1, recurrence.Reference, 3).PassageOf(SuccessProbability.FromLogit(800)).Mean());
    }

    [Theory]
    [InlineData(16, 16, 0.2, 1, 0.6, 0.68, 0.65)]
    [InlineData(32, 4, 0.1, 0.7, 0.64, 0.8, 0.7)]
    [InlineData(8, 2, 0.3, 1, 0.35, 0.9, 0.4)]
    public void Exits_from_a_region_with_two_ends_are_those_of_a_million_trajectories(int g, int m, double pRef, double beta, double low, double high, double start)
    {
        const int Iterations = 12;
        (SuccessProbability from, SuccessProbability to) = (SuccessProbability.FromP(low), SuccessProbability.FromP(high));
        (Cell cell, double[][] logits) = Simulate(g, m, pRef, beta, "\"reference\"", "grpo", Iterations, start);
        PassageLaw exit = LawOf(cell, Iterations).ExitOf(from, to);
        bool[] left = new bool[Replicates];
        double restricted = 0;
        for (int n = 0; n <= Iterations; n++)
        {
            for (int r = 0; r < Replicates; r++)
            {
                left[r] |= logits[n][r] < from.Logit || logits[n][r] >= to.Logit;
            }

            double expected = 1 - exit.NotYet[n];
            double share = left.Count(yes => yes) / (double)Replicates;
            double slack = (5 * Math.Sqrt(expected * (1 - expected) / Replicates)) + (3 * exit.Error(n)) + 1e-9;
            Assert.InRange(share, expected - slack, expected + slack);
            restricted += n < Iterations ? 1 - share : 0;
        }

        // The standard deviation of min(T, N) is at most N/2.
        double reach = (5 * Iterations / 2 / Math.Sqrt(Replicates)) + (3 * exit.RestrictedMeanError());
        Assert.InRange(restricted, exit.RestrictedMean() - reach, exit.RestrictedMean() + reach);
        Assert.InRange(exit.NotYet[^1], 0, 0.9);
    }

    [Fact]
    public void A_start_outside_a_region_has_left_it_at_once()
    {
        var recurrence = new Recurrence(AdvantageRule.Named[0].FiniteGroup(8, 0), 1, SuccessProbability.FromP(0.3), 1);
        var law = new LogitLaw(recurrence, 4, recurrence.Reference, 5);
        foreach ((double low, double high) in new[] { (0, 0.3), (0.1, 0.2), (0.31, 0.9) })
        {
            PassageLaw exit = law.ExitOf(SuccessProbability.FromP(low), SuccessProbability.FromP(high));
            Assert.All(exit.NotYet, left => Assert.Equal(0, left));
            Assert.Equal((0.0, 0, 0), (exit.Mean(), exit.Quantile(0.05), exit.Quantile(0.95)));
        }

        // It belongs to the lower end, and to a region without ends there is no outside.
        Assert.Equal(1, law.ExitOf(recurrence.Reference, SuccessProbability.FromP(0.9)).NotYet[0]);
        PassageLaw never = law.ExitOf(SuccessProbability.FromP(0), SuccessProbability.FromP(1));
        Assert.Equal(1, never.NotYet[5], 1e-12);
        Assert.Equal((double.PositiveInfinity, double.PositiveInfinity), (never.Mean(), never.MeanError()));
        Assert.Null(never.Quantile(0.5));
    }

    [Fact]
    public void A_mean_escape_does_not_depend_on_how_far_it_was_followed()
    {
        // Over the unstable fixed point of experiments/escape.json.
        var recurrence = new Recurrence(AdvantageRule.Named[0].FiniteGroup(32, 1e-4), 1, SuccessProbability.FromP(0.1), 0.7);
        PassageLaw[] laws = [.. new[] { 3, 40, 400 }.Select(iterations =>
            new LogitLaw(recurrence, 4, SuccessProbability.FromP(0.7), iterations).PassageOf(SuccessProbability.FromLogit(1.974)))];
        Assert.All(laws, law => Assert.Equal(1, law.Mean() / laws[0].Mean(), 0.02));
        Assert.All(laws, law => Assert.InRange(law.MeanError(), 0, 0.03 * law.Mean()));
        Assert.Equal(laws[2].RestrictedMean(), Enumerable.Range(0, 400).Sum(n => laws[2].NotYet[n]), 1e-9);
        Assert.Equal(1, laws[1].Quantile(0.5)!.Value / (Math.Log(2) * laws[1].Mean()), 0.02);
    }

    private static bool IsSharp(LogitLaw law, int n, SuccessProbability edge)
    {
        const double Little = 1e-5; // 10 of a million, a fifth of what chance does in the smallest bin
        double near = law.ProbabilityFrom(n, SuccessProbability.FromLogit(edge.Logit - (4 * law.Spacing)))
            - law.ProbabilityFrom(n, SuccessProbability.FromLogit(edge.Logit + (4 * law.Spacing)));
        return law.ErrorFrom(n, edge) < Little && near < Little;
    }

    private static void AssertMoments(LogitLaw law, int n, double[] logits)
    {
        double[] p = [.. logits.Select(logit => SuccessProbability.FromLogit(logit).P)];
        double mean = p.Average();
        double variance = p.Sum(value => (value - mean) * (value - mean)) / (p.Length - 1);
        double fourth = p.Sum(value => Math.Pow(value - mean, 4)) / p.Length;
        double slack = 5 * Math.Sqrt(variance / p.Length);
        Assert.InRange(mean, law.Mean(n) - slack - law.Error(n), law.Mean(n) + slack + law.Error(n));
        Assert.Equal(variance, law.Sd(n) * law.Sd(n), (5 * Math.Sqrt((fourth - (variance * variance)) / p.Length)) + law.Error(n));
    }

    // Pearson's chi-square over bins of so many expected and more, as a normal deviate (Wilson and Hilferty).
    private static void AssertBins(double[] sorted, double[] edges, double[] above, double least)
    {
        double expected = 0;
        long observed = 0;
        double chi = 0;
        int bins = 0;
        int from = 0;
        for (int i = 0; i <= edges.Length; i++)
        {
            int to = sorted.Length;
            if (i < edges.Length)
            {
                int found = Array.BinarySearch(sorted, edges[i]);
                to = found < 0 ? ~found : found;
            }

            expected += (above[i] - above[i + 1]) * sorted.Length;
            observed += to - from;
            from = to;
            bool restIsEnough = above[i + 1] * sorted.Length >= least || i == edges.Length;
            if ((expected >= least && restIsEnough) || i == edges.Length)
            {
                chi += expected > 0 ? (observed - expected) * (observed - expected) / expected : 0;
                bins++;
                (expected, observed) = (0, 0);
            }
        }

        if (bins > 1)
        {
            double degrees = bins - 1;
            double deviate = (Math.Cbrt(chi / degrees) - (1 - (2 / (9 * degrees)))) / Math.Sqrt(2 / (9 * degrees));
            Assert.True(deviate < 5, $"chi-square {chi} of {degrees} degrees, {deviate} sigma");
        }
    }

    private static Recurrence RecurrenceOf(Cell cell)
    {
        Omega omega = cell.Estimator == Estimator.PlugIn
            ? new PlugInOmega(cell.Advantage.Scale(cell.GroupSize, cell.Epsilon))
            : cell.Advantage.FiniteGroup(cell.GroupSize, cell.Epsilon);
        return new(cell.Verifier.IsNone ? omega : new NoisyOmega(omega, cell.Verifier), cell.Anchor.Alpha, SuccessProbability.FromP(cell.PRef), cell.Beta);
    }

    private static LogitLaw LawOf(Cell cell, int iterations) => new(RecurrenceOf(cell), cell.Groups, SuccessProbability.FromP(cell.Start), iterations);

    private static string Noise(double falsePositive, double falseNegative) => falsePositive + falseNegative == 0
        ? ""
        : FormattableString.Invariant($", \"verifier\": [{{ \"falsePositive\": {falsePositive}, \"falseNegative\": {falseNegative} }}]");

    private static string PlugIn(double epsilon) => FormattableString.Invariant($", \"estimator\": [\"plug-in\"], \"epsilon\": {epsilon}");

    // L_n of every replicate, by iteration.
    private static (Cell Cell, double[][] Logits) Simulate(
        int g, int m, double pRef, double beta, string anchor, string advantage, int iterations, double start, string more = "")
    {
        Experiment experiment = ExperimentRun.Read(FormattableString.Invariant($$"""
            {
              "name": "law", "seed": 71, "iterations": {{iterations}}, "replicates": {{Replicates}}, "record": { "trajectories": true },
              "grid": { "pRef": {{pRef}}, "start": {{start}}, "beta": {{beta}}, "groupSize": {{g}}, "groups": {{m}}, "anchor": [{{anchor}}], "advantage": ["{{advantage}}"]{{more}} }
            }
            """));
        var plan = Plan.Of(experiment);
        Cell cell = Assert.Single(plan.Cells);
        CellProblem problem = plan.ProblemOf(cell);
        double[][] logits = [.. Enumerable.Range(0, iterations + 1).Select(_ => new double[Replicates])];
        const int Range = 20_000;
        Parallel.For(0, Replicates / Range, range =>
        {
            Trajectories trajectories = new CellSimulator(InstructionSets.Best).Simulate(problem, range * Range, Range).Trajectories!;
            for (int row = 0; row < trajectories.Rows; row++)
            {
                logits[row % (iterations + 1)][(range * Range) + (row / (iterations + 1))] = trajectories.Logit[row];
            }
        });
        return (cell, logits);
    }
}

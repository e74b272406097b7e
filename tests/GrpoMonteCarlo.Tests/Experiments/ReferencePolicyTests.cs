using GrpoMonteCarlo.Experiments;

namespace GrpoMonteCarlo.Tests.Experiments;

/// <summary>The reference policies over arms: exact p_ref, the shape within each class.</summary>
public class ReferencePolicyTests
{
    [Theory]
    [InlineData("10")]
    [InlineData("""{ "count": 40, "reference": "zipf" }""")]
    [InlineData("""{ "count": 300, "reference": { "zipf": 1.7 } }""")]
    [InlineData("""{ "count": 64, "reference": { "dirichlet": 0.3 } }""")]
    [InlineData("""{ "count": 8, "reference": "uniform", "success": [0, 3] }""")]
    [InlineData("""{ "reference": [0.5, 0.2, 0.2, 0.1] }""")]
    public void The_successes_have_p_ref_exactly(string arms)
    {
        foreach (double pRef in new[] { 1e-6, 0.02, 0.3, 0.5, 0.97 })
        {
            (ReferencePolicy policy, double[] p) = Of($$"""{ "pRef": {{pRef}}, "arms": {{arms}} """);
            Assert.Equal(pRef, p.Where((_, o) => policy.Succeeds[o]).Sum(), 1e-14);
            Assert.Equal(1, p.Sum(), 1e-14);
            Assert.Contains(true, policy.Succeeds);
            Assert.Contains(false, policy.Succeeds);
        }
    }

    [Theory]
    [InlineData("20", 0)]
    [InlineData("""{ "count": 20, "reference": "zipf" }""", 1)]
    [InlineData("""{ "count": 20, "reference": { "zipf": 2.5 } }""", 2.5)]
    public void Within_a_class_arms_have_the_ratios_of_their_shape(string arms, double exponent)
    {
        (ReferencePolicy policy, double[] p) = Of($$"""{ "pRef": 0.3, "arms": {{arms}} """);
        for (int o = 0; o < p.Length; o++)
        {
            for (int other = 0; other < o; other++)
            {
                if (policy.Succeeds[o] == policy.Succeeds[other])
                {
                    Assert.Equal(Math.Pow((other + 1.0) / (o + 1), exponent), p[o] / p[other], 1e-12);
                }
            }
        }
    }

    [Fact]
    public void The_successes_come_near_p_ref_before_they_are_scaled()
    {
        // 20 alike and p_ref 0.3: six of them, whatever the order; which six depends on the seed.
        bool[][] chosen = [.. new[] { 1, 2, 3 }.Select(seed => Of("""{ "pRef": 0.3, "arms": 20 """, seed).Policy.Succeeds)];
        Assert.All(chosen, succeeds => Assert.Equal(6, succeeds.Count(success => success)));
        Assert.NotEqual(chosen[0], chosen[1]);
        Assert.Equal(chosen[0], Of("""{ "pRef": 0.3, "arms": 20 """, 1).Policy.Succeeds);
    }

    [Fact]
    public void Given_arms_are_as_given()
    {
        (ReferencePolicy policy, double[] p) = Of("""{ "arms": { "reference": [0.5, 0.2, 0.2, 0.1], "success": [1, 3] } """);
        Assert.Equal([false, true, false, true], policy.Succeeds);
        Assert.All(new[] { 0.5, 0.2, 0.2, 0.1 }.Zip(p), pair => Assert.Equal(pair.First, pair.Second, 1e-15));
        Assert.Equal([false, true, false, true], Of("""{ "pRef": 0.8, "arms": { "count": 4, "reference": "zipf", "success": [3, 1] } """).Policy.Succeeds);
    }

    [Fact]
    public void Dirichlet_arms_are_those_of_the_seed()
    {
        const string Grid = """{ "pRef": 0.3, "arms": { "count": 50, "reference": { "dirichlet": 0.5 } } """;
        double[] one = Of(Grid, 1).Probabilities;
        Assert.Equal(one, Of(Grid, 1).Probabilities);
        Assert.NotEqual(one, Of(Grid, 2).Probabilities);
    }

    /// <summary>
    /// Given the class, the shares of m arms of a symmetric Dirichlet distribution are Dirichlet again: E sum p^2 = (a+1)/(m a+1). The
    /// success is given, as which arms are chosen depends on the probabilities.
    /// </summary>
    [Theory]
    [InlineData(0.2)]
    [InlineData(1)]
    [InlineData(10)]
    public void Dirichlet_arms_have_its_second_moment(double concentration)
    {
        const int Seeds = 400;
        double[] sums = [.. Enumerable.Range(1, Seeds).Select(seed =>
        {
            (ReferencePolicy policy, double[] p) = Of(
                $$"""{ "pRef": 0.4, "arms": { "count": 15, "reference": { "dirichlet": {{concentration}} }, "success": [0, 1, 2, 3, 4] } """, seed);
            return p.Where((_, o) => policy.Succeeds[o]).Sum(x => x / 0.4 * (x / 0.4));
        })];
        double standardError = Math.Sqrt(sums.Sum(x => (x - sums.Average()) * (x - sums.Average())) / (Seeds - 1) / Seeds);
        Assert.InRange((sums.Average() - ((concentration + 1) / ((5 * concentration) + 1))) / standardError, -5, 5);
    }

    private static (ReferencePolicy Policy, double[] Probabilities) Of(string begin, int seed = 1)
    {
        Plan plan = Plan.Of(ExperimentRun.Read($$"""
            { "name": "arms", "seed": {{seed}}, "iterations": 1, "replicates": 1, "grid": {{begin}}, "beta": 1, "groupSize": 4, "groups": 4 } }
            """));
        CellTheory theory = plan.TheoryOf(plan.Cells[0]);
        double[] logPolicy = new double[theory.Arms!.Arms];
        theory.Arms.FillLogPolicy(theory.References[0], logPolicy);
        return (theory.Arms, [.. logPolicy.Select(Math.Exp)]);
    }
}

using GrpoMonteCarlo.Experiments;

namespace GrpoMonteCarlo.Tests.Experiments;

/// <summary>What the shards of an experiment are.</summary>
public class WorkloadTests
{
    private const string Uneven = """
        {
          "name": "uneven", "seed": 1, "iterations": 3, "replicates": 1000,
          "grid": { "pRef": [0.1, 0.2], "beta": 1, "groupSize": [2, 64], "groups": [1, 500, 100000] }
        }
        """;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(100_000)]
    public void Together_they_are_every_replicate_once_at_equal_cost(int count)
    {
        var plan = Plan.Of(ExperimentRun.Read(Uneven));
        double[] costs = [.. plan.Cells.Select(cell => SimulationCost.OfReplicate(cell, 3))];
        double share = costs.Sum() * 1000 / count;
        long[] next = new long[plan.Cells.Count];
        foreach (int index in Enumerable.Range(1, count))
        {
            var workload = Workload.Of(plan, new Shard(index, count));
            double cost = 0;
            for (int cell = 0; cell < next.Length; cell++)
            {
                ReplicateRange part = workload.PartOf(cell);
                if (part.Count > 0)
                {
                    Assert.Equal(next[cell], part.First);
                    next[cell] = part.Last;
                    cost += part.Count * costs[cell];
                }

                Assert.Equal(part.Count, workload.SegmentsOf(cell).Sum(segment => segment.Count));
            }

            Assert.InRange(cost, share - costs.Max() - 1, share + costs.Max() + 1);
        }

        Assert.All(next, last => Assert.Equal(1000, last));
    }

    [Fact]
    public void A_cell_with_a_stop_rule_is_kept_whole()
    {
        foreach (string stop in new[] { """{ "targetStandardError": 1e-3, "maxReplicates": 5000 }""", """{ "timeLimit": 1 }""" })
        {
            var plan = Plan.Of(ExperimentRun.Read(Uneven.Replace("\"seed\"", $"\"stop\": {stop}, \"seed\"", StringComparison.Ordinal)));
            long most = plan.Experiment.MostReplicatesOfCell;
            int[] owners = new int[plan.Cells.Count];
            foreach (int index in Enumerable.Range(1, 5))
            {
                var workload = Workload.Of(plan, new Shard(index, 5));
                for (int cell = 0; cell < owners.Length; cell++)
                {
                    Assert.Contains(workload.PartOf(cell), new[] { default, new ReplicateRange(0, most) });
                    owners[cell] += workload.PartOf(cell).Count > 0 ? 1 : 0;
                }
            }

            Assert.All(owners, owner => Assert.Equal(1, owner));
        }
    }

    [Fact]
    public void Precision_is_looked_at_after_doublings_and_at_the_most()
    {
        var plan = Plan.Of(ExperimentRun.Read(
            Uneven.Replace("\"seed\"", "\"stop\": { \"targetStandardError\": 1e-3, \"maxReplicates\": 5000 }, \"seed\"", StringComparison.Ordinal)));
        Assert.Equal([1000, 2000, 4000, 5000], plan.Experiment.Checkpoints());
        Assert.Equal(
            [new(0, 1000), new(1000, 2000), new(2000, 4000), new(4000, 5000)],
            Workload.Of(plan, Shard.Whole).SegmentsOf(0));
        Assert.Equal([1000], Plan.Of(ExperimentRun.Read(Uneven)).Experiment.Checkpoints());
    }

    [Theory]
    [InlineData("3/8", 3, 8)]
    [InlineData("1/1", 1, 1)]
    [InlineData("1000000/1000000", 1_000_000, 1_000_000)]
    public void A_shard_is_named_by_its_place(string text, int index, int count)
    {
        Assert.Equal(new Shard(index, count), Shard.Parse(text));
        Assert.Equal(text, new Shard(index, count).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("3")]
    [InlineData("0/3")]
    [InlineData("4/3")]
    [InlineData("-1/3")]
    [InlineData("1/0")]
    [InlineData("1/2/3")]
    [InlineData("1 / 2")]
    [InlineData("1/1000001")]
    [InlineData("1/99999999999")]
    public void There_is_no_shard_of_another_name(string text) => Assert.Null(Shard.Parse(text));
}

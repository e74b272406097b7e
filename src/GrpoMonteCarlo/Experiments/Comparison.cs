namespace GrpoMonteCarlo.Experiments;

/// <summary>A cell that another one is compared with, replicate by replicate: both draw the same random numbers.</summary>
/// <param name="Parameter">The one member of the experiment's grid in which the two differ, such as <c>advantage</c>.</param>
/// <param name="Baseline">The first cell of the plan that differs from the other in it alone.</param>
public sealed record Comparison(string Parameter, Cell Baseline)
{
    /// <summary>
    /// What each cell is compared with: for each parameter the first of the cells that have all others in common. The sampler, which follows
    /// from G and M, does not count.
    /// </summary>
    /// <param name="cells">The coupled cells, in the order of the plan.</param>
    internal static IEnumerable<IReadOnlyList<Comparison>> Among(IReadOnlyList<Cell> cells)
    {
        string[] varied = [.. cells
            .SelectMany(cell => cell.Parameters().Select(member => (member.Key, Value: CanonicalJson.Of(member.Value))))
            .GroupBy(member => member.Key)
            .Where(member => member.Key != Cell.SamplerName && (member.Count() < cells.Count || member.Distinct().Skip(1).Any()))
            .Select(member => member.Key)];
        var firsts = new Dictionary<string, Cell>();
        foreach (Cell cell in cells)
        {
            var comparisons = new List<Comparison>();
            foreach (string parameter in varied)
            {
                var others = cell.Parameters();
                others.Remove(parameter);
                others.Remove(Cell.SamplerName);
                string key = $"{parameter} {CanonicalJson.Of(others)}";
                if (firsts.TryGetValue(key, out Cell? first))
                {
                    comparisons.Add(new Comparison(parameter, first));
                }
                else
                {
                    firsts.Add(key, cell);
                }
            }

            yield return comparisons;
        }
    }
}

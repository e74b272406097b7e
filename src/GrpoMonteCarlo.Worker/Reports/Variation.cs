namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>What tells the cells of a run apart.</summary>
internal sealed class Variation
{
    // One that another determines says nothing more: a start at the reference, the weight that an anchor's name implies.
    private static readonly (string Name, string By)[] Implied = [("p_start", "p_ref"), ("alpha", "anchor"), ("prompts_per_update", "prompts")];

    // Of so many parameters every split is tried.
    private const int MostOfGrid = 8;

    private readonly RunData _run;

    public Variation(RunData run)
    {
        _run = run;
        var columns = Parameter.Names.Select(run.Cells).Where(column => Distinct([column]) > 1).ToList();
        foreach ((string name, string by) in Implied)
        {
            columns.RemoveAll(column => column.Name == name && columns.Any(other => other.Name == by) && IsDeterminedBy(column, [run.Cells(by)]));
        }

        Column[] butSampler = [.. columns.Where(column => column.Name != "sampler")];
        columns.RemoveAll(column => column.Name == "sampler" && butSampler.Length > 0 && IsDeterminedBy(column, butSampler));
        Columns = columns;
    }

    /// <summary>The parameters that vary, in the datasets' order.</summary>
    public IReadOnlyList<Column> Columns { get; }

    /// <summary>The different values of a parameter of numbers, rising; empty if some cell has none.</summary>
    public double[] Values(string name)
    {
        double[] values = [.. Enumerable.Range(0, _run.Count).Select(_run.Cells(name).Number).Distinct().Order()];
        return values.Any(double.IsNaN) ? [] : values;
    }

    /// <summary>What a cell is, by what varies; "all" with one cell.</summary>
    public string Label(int cell) => Label(Columns, cell);

    /// <summary>The cells by all that varies but some parameters and what these determine, each set with a label.</summary>
    public List<(string Label, int[] Cells)> Combinations(params string[] but) => Split(Enumerable.Range(0, _run.Count), Others(but));

    /// <summary>What varies but some parameters and what these determine, in the datasets' order.</summary>
    public Column[] Others(params string[] but)
    {
        Column[] axes = [.. but.Select(_run.Cells)];
        return [.. Columns.Where(column => !but.Contains(column.Name) && !IsDeterminedBy(column, axes))];
    }

    /// <summary>The parameters in which two cells differ.</summary>
    public Column[] Between(int cell, int other) => [.. Columns.Where(column => column.Text(cell) != column.Text(other))];

    /// <summary>Those of the parameters that vary, in the order given.</summary>
    public Column[] Varying(IEnumerable<string> names) =>
        [.. names.SelectMany(name => Columns.Where(column => column.Name == name))];

    /// <summary>Some cells by some columns, each set with a label.</summary>
    public static List<(string Label, int[] Cells)> Split(IEnumerable<int> cells, IReadOnlyList<Column> by) =>
        [.. cells.GroupBy(cell => Key(by, cell)).Select(group => (Label(by, group.First()), group.ToArray()))];

    /// <summary>How many combinations of their values there are.</summary>
    public int Distinct(IReadOnlyList<Column> columns) => Enumerable.Range(0, _run.Count).Select(cell => Key(columns, cell)).Distinct().Count();

    /// <summary>
    /// The cells row by row, such that what some of the parameters are is the same down each column and what the others are along each row;
    /// as many columns as there may be. Null if the cells are no such grid.
    /// </summary>
    public (int[] Cells, int Columns)? Grid(int fewest, int most)
    {
        if (Columns.Count is < 2 or > MostOfGrid || Distinct(Columns) != _run.Count)
        {
            return null;
        }

        (int[] Cells, int Columns)? best = null;
        for (int set = 1; set < (1 << Columns.Count) - 1; set++)
        {
            Column[] across = [.. Columns.Where((_, i) => (set >> i & 1) != 0)];
            Column[] down = [.. Columns.Except(across)];
            int columns = Distinct(across);
            if (columns >= fewest && columns <= most && columns > (best?.Columns ?? 0) && columns * Distinct(down) == _run.Count)
            {
                // By their first appearance, as the experiment lists them.
                List<string> places = [.. Enumerable.Range(0, _run.Count).Select(cell => Key(across, cell)).Distinct()];
                best = ([.. Split(Enumerable.Range(0, _run.Count), down)
                    .SelectMany(row => row.Cells.OrderBy(cell => places.IndexOf(Key(across, cell))))], columns);
            }
        }

        return best;
    }

    /// <summary>What a cell is, by some parameters; "all" if they say nothing of it.</summary>
    public static string Label(IEnumerable<Column> columns, int cell)
    {
        string[] labels = [.. columns.Select(column => Parameter.Label(column, cell)).Where(label => label.Length > 0)];
        return labels.Length == 0 ? "all" : string.Join(", ", labels);
    }

    private static string Key(IReadOnlyList<Column> columns, int cell) => string.Join('\n', columns.Select(column => column.Text(cell)));

    private bool IsDeterminedBy(Column column, IReadOnlyList<Column> others) => Distinct([.. others, column]) == Distinct(others);
}

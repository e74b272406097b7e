using System.Text.Json;
using System.Text.Json.Nodes;
using GrpoMonteCarlo.Experiments;

namespace GrpoMonteCarlo.Worker.State;

/// <summary>
/// A folder of results. It belongs to one name, seed and stream version, which state/run.json says from the first moment and
/// manifest.json once the run is done. Finished ranges are in state/CELL_ID/FIRST-LAST.
/// </summary>
internal sealed class RunFolder : IDisposable
{
    public const string Manifest = "manifest.json";
    public const string Summary = "summary.parquet";
    public const string Cells = "cells.parquet";
    public const string PassAtK = "pass_at_k.parquet";
    public const string Trajectories = "trajectories.parquet";

    private const string StateFolder = "state";
    private const string Identity = "run.json";
    private const string Lock = "lock";

    private readonly Plan _plan;
    private readonly Action<string> _warn;

    private readonly FileStream _lock;

    private RunFolder(string path, Plan plan, FileStream held, Action<string> warn)
    {
        Path = path;
        _plan = plan;
        _lock = held;
        _warn = warn;
    }

    public string Path { get; }

    /// <summary>Opens a folder for an experiment, or prepares a new one.</summary>
    /// <param name="path">The folder; it need not exist.</param>
    /// <param name="plan">The experiment's plan.</param>
    /// <param name="fresh">Whether to delete an earlier run that is there.</param>
    /// <param name="warn">Takes a line where something unexpected was found and got over.</param>
    /// <exception cref="BadInputException">The folder holds another run, or something that is no run.</exception>
    public static RunFolder Open(string path, Plan plan, bool fresh, Action<string> warn)
    {
        if (File.Exists(path))
        {
            throw new BadInputException($"{path}: is a file; the results need a folder");
        }

        CheckOwner(path, plan.Experiment, fresh);
        var folder = new RunFolder(path, plan, Hold(path), warn);
        if (fresh)
        {
            folder.DeleteRun();
        }

        AtomicFile.DeleteLeftovers(path);
        JsonObject identity = new()
        {
            ["name"] = plan.Experiment.Name,
            ["seed"] = plan.Experiment.Seed,
            ["streamVersion"] = Plan.StreamVersion,
        };
        AtomicFile.Write(System.IO.Path.Combine(path, StateFolder, Identity), stream => JsonSerializer.Serialize(stream, identity));
        return folder;
    }

    /// <summary>Lets other processes have the folder.</summary>
    public void Dispose() => _lock.Dispose();

    /// <summary>The path of one of the folder's files.</summary>
    public string FileAt(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>
    /// The cell's finished ranges that serve this experiment, disjoint, in rising order. One that is damaged is deleted with a warning:
    /// its replicates are computed again.
    /// </summary>
    public IReadOnlyList<StoredRange> RangesOf(Cell cell)
    {
        string folder = CellFolder(cell);
        if (!Directory.Exists(folder))
        {
            return [];
        }

        var ranges = new List<StoredRange>();
        foreach (string file in Directory.EnumerateFiles(folder))
        {
            try
            {
                RangeResult result = StateFile.Decode(cell.Id, File.ReadAllBytes(file));
                bool serves = result.Sums.Iterations >= _plan.Experiment.Iterations
                    && (!_plan.Experiment.RecordTrajectories || result.Trajectories is not null);
                if (serves)
                {
                    ranges.Add(new StoredRange(file, result.Sums.First, result.Sums.Last));
                }
            }
            catch (Exception damage) when (damage is InvalidDataException or EndOfStreamException)
            {
                _warn($"{file}: {damage.Message}; its replicates are computed again");
                File.Delete(file);
            }
        }

        return StoredRange.Choose(ranges, _plan.Experiment.Replicates);
    }

    /// <summary>Reads a stored range.</summary>
    public static RangeResult Load(Cell cell, StoredRange range) => StateFile.Decode(cell.Id, File.ReadAllBytes(range.Path));

    /// <summary>The sums over all of the cell's replicates; null where there are none.</summary>
    /// <exception cref="InvalidDataException">Not all of the replicates are there.</exception>
    public RangeSums? LoadSums(Cell cell)
    {
        if (_plan.Experiment.Replicates == 0)
        {
            return null;
        }

        var total = RangeSums.Empty(_plan.Experiment.Iterations, cell);
        foreach (StoredRange range in RangesOf(cell))
        {
            total.Append(Load(cell, range).Sums);
        }

        return total.Replicates == _plan.Experiment.Replicates
            ? total
            : throw new InvalidDataException($"{CellFolder(cell)}: holds {total.Replicates} replicates of {_plan.Experiment.Replicates}");
    }

    /// <summary>Keeps a finished range.</summary>
    public void Save(Cell cell, RangeResult result)
    {
        string folder = CellFolder(cell);
        Directory.CreateDirectory(folder);
        byte[] bytes = StateFile.Encode(cell.Id, result);
        AtomicFile.Write(System.IO.Path.Combine(folder, $"{result.Sums.First}-{result.Sums.Last}"), stream => stream.Write(bytes));
    }

    // Two processes must not write one folder. The operating system lets go of the file when its process ends, however that ends.
    private static FileStream Hold(string path)
    {
        string state = System.IO.Path.Combine(path, StateFolder);
        try
        {
            Directory.CreateDirectory(state);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: cannot be made a folder of results: {fault.Message}");
        }

        string file = System.IO.Path.Combine(state, Lock);
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new BadInputException($"{path}: cannot be written to: {fault.Message}");
        }
        catch (IOException)
        {
            throw new BadInputException($"{path}: another process is running an experiment in it");
        }
    }

    private static void CheckOwner(string path, Experiment experiment, bool fresh)
    {
        string manifest = System.IO.Path.Combine(path, Manifest);
        string state = System.IO.Path.Combine(path, StateFolder);
        string identity = System.IO.Path.Combine(state, Identity);

        // A process that was killed at its very first moment leaves a state folder without an identity, and without any cell.
        bool untouched = !Directory.Exists(path)
            || Directory.EnumerateFileSystemEntries(path).All(entry => entry == state && !Directory.EnumerateDirectories(state).Any());
        if (untouched && !File.Exists(identity))
        {
            return;
        }

        string owner = File.Exists(identity) ? identity : manifest;
        if (!File.Exists(owner))
        {
            throw new BadInputException($"{path}: is not empty and holds no run of this program; choose another folder with --out");
        }

        if (fresh)
        {
            return;
        }

        (string? name, long? seed, int? streamVersion) = ReadOwner(owner);
        if (name != experiment.Name || seed != experiment.Seed || streamVersion != Plan.StreamVersion)
        {
            throw new BadInputException(
                $"{path}: holds a run of \"{name}\", seed {seed}, stream version {streamVersion}; "
                + $"this is \"{experiment.Name}\", seed {experiment.Seed}, stream version {Plan.StreamVersion}. Choose another folder with --out, or replace it with --fresh");
        }
    }

    private static (string? Name, long? Seed, int? StreamVersion) ReadOwner(string file)
    {
        try
        {
            JsonNode? root = JsonNode.Parse(File.ReadAllBytes(file), documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
            JsonNode? experiment = root?["experiment"] ?? root; // the manifest has them inside the experiment
            return ((string?)experiment?["name"], (long?)experiment?["seed"], (int?)root?["streamVersion"]);
        }
        catch (Exception damage) when (damage is JsonException or InvalidOperationException or FormatException)
        {
            throw new BadInputException($"{file}: cannot be read, so whose run this is cannot be told; delete it or choose another folder with --out");
        }
    }

    private void DeleteRun()
    {
        foreach (string cell in Directory.EnumerateDirectories(System.IO.Path.Combine(Path, StateFolder)))
        {
            Directory.Delete(cell, recursive: true);
        }

        foreach (string name in new[] { Manifest, Summary, Cells, PassAtK, Trajectories })
        {
            File.Delete(FileAt(name));
        }
    }

    private string CellFolder(Cell cell) => System.IO.Path.Combine(Path, StateFolder, cell.Id);
}

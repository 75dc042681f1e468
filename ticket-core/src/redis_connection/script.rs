use redis::aio::ConnectionLike;
use redis::{ErrorKind, RedisResult, ServerErrorKind, ToRedisArgs};

/// A script, and the digest that Redis knows it by.
pub(crate) struct Script {
    source: String,
    digest: String,
}

impl Script {
    pub(crate) fn new(source: String) -> Self {
        Self { digest: redis::Script::new(&source).get_hash().to_owned(), source }
    }

    pub(crate) fn call(&self) -> Call<'_> {
        Call { script: self, keys: Vec::new(), arguments: Vec::new() }
    }
}

/// A script with what it is told.
pub(crate) struct Call<'a> {
    script: &'a Script,
    keys: Vec<Vec<u8>>,
    arguments: Vec<Vec<u8>>,
}

impl Call<'_> {
    pub(crate) fn key(&mut self, key: impl ToRedisArgs) -> &mut Self {
        key.write_redis_args(&mut self.keys);
        self
    }

    pub(crate) fn arg(&mut self, argument: impl ToRedisArgs) -> &mut Self {
        argument.write_redis_args(&mut self.arguments);
        self
    }

    /// By its digest; a server that does not know it is sent all of it. (The crate would load it into every node of a
    /// cluster, which fails while one of them is down.)
    pub(super) async fn run(&self, connection: &mut impl ConnectionLike) -> RedisResult<Vec<String>> {
        let known = self.command("EVALSHA", &self.script.digest).query_async(connection).await;
        match known {
            Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoScript) => {
                self.command("EVAL", &self.script.source).query_async(connection).await
            }
            answer => answer,
        }
    }

    fn command(&self, name: &str, script: &str) -> redis::Cmd {
        let mut command = redis::cmd(name);
        command.arg(script).arg(self.keys.len()).arg(&self.keys).arg(&self.arguments);
        command
    }
}
